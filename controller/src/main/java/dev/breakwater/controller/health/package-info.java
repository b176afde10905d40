/** What the kubelet and Prometheus ask the controller. */
@NullMarked
package dev.breakwater.controller.health;

import org.jspecify.annotations.NullMarked;
