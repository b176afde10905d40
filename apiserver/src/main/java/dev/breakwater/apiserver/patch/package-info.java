/** Patches: RFC 6902 and RFC 7386 over trees (k8s-wire 3.7). */
@NullMarked
package dev.breakwater.apiserver.patch;

import org.jspecify.annotations.NullMarked;
