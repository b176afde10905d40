/**
 * Access to the Kubernetes API: requests with bodies that are written and read as streams, retries, and informers on small classes of our own. Knows
 * no report and no workload.
 */
@NullMarked
package dev.breakwater.controller.kube;

import org.jspecify.annotations.NullMarked;
