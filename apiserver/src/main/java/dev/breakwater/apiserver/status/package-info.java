/** Errors as {@code metav1.Status}: one factory per reason (k8s-wire 3.10). */
@NullMarked
package dev.breakwater.apiserver.status;

import org.jspecify.annotations.NullMarked;
