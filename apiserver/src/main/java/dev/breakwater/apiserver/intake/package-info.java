/**
 * From the bytes of a body to a head, a bulk and what is wrong with them, in one pass: the head becomes a small tree; each element of
 * the bulk is canonicalised alone and goes into the hash, the deflater and the validator at once (store.md 13). No tree of a report
 * is ever built, and the bytes in flight are budgeted.
 */
@NullMarked
package dev.breakwater.apiserver.intake;

import org.jspecify.annotations.NullMarked;
