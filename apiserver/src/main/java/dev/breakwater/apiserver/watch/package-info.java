/** Watches: a snapshot if one is asked for, then every change once and in order (k8s-wire 5, store.md 6). */
@NullMarked
package dev.breakwater.apiserver.watch;

import org.jspecify.annotations.NullMarked;
