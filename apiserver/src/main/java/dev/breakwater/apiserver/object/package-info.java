/** Objects: the rules of their metadata and the form in which they are stored (k8s-wire 3.4, store.md 11). */
@NullMarked
package dev.breakwater.apiserver.object;

import org.jspecify.annotations.NullMarked;
