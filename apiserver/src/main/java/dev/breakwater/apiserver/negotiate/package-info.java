/** Which representation an answer takes and what a body is (k8s-wire 4.6). */
@NullMarked
package dev.breakwater.apiserver.negotiate;

import org.jspecify.annotations.NullMarked;
