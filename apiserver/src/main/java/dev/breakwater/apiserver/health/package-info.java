/** Whether the server lives and is ready (k8s-wire 7.1). */
@NullMarked
package dev.breakwater.apiserver.health;

import org.jspecify.annotations.NullMarked;
