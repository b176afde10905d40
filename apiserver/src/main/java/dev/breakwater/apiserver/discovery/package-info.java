/** Which groups, versions and kinds are served (k8s-wire 1.6). */
@NullMarked
package dev.breakwater.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
