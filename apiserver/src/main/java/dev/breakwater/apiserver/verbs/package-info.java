/** The verbs on single objects and collections, with the semantics of custom resources (k8s-wire 3). */
@NullMarked
package dev.breakwater.apiserver.verbs;

import org.jspecify.annotations.NullMarked;
