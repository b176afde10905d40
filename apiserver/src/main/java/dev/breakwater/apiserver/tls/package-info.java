/** Keys and certificates: PEM, issuing, verifying. */
@NullMarked
package dev.breakwater.apiserver.tls;

import org.jspecify.annotations.NullMarked;
