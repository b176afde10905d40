/** Who asks for what: the request parsed into attributes, and the identity behind it (k8s-wire 2.4, 3.1). */
@NullMarked
package dev.breakwater.apiserver.request;

import org.jspecify.annotations.NullMarked;
