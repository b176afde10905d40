/** Who set which fields, and server-side apply by it (k8s-wire 3.11): structured merge over heads, the bulk as one field. */
@NullMarked
package dev.breakwater.apiserver.managedfields;

import org.jspecify.annotations.NullMarked;
