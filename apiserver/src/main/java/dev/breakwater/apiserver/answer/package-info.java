/** Answers: stored segments spliced into gzip or inflated, as objects, metadata or tables (store.md 11, k8s-wire 4.5 to 4.7). */
@NullMarked
package dev.breakwater.apiserver.answer;

import org.jspecify.annotations.NullMarked;
