/** Who asks: front proxy, client certificates, bearer tokens (k8s-wire 2.1, 2.2). */
@NullMarked
package dev.breakwater.apiserver.authentication;

import org.jspecify.annotations.NullMarked;
