/** Reads registries over the OCI distribution protocol: bundles of checks, and which content a tag names. Knows no Kubernetes. */
@NullMarked
package dev.breakwater.controller.registry;

import org.jspecify.annotations.NullMarked;
