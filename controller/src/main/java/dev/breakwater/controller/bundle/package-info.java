/**
 * Bundles of users' checks and policies in a registry: pulled over the OCI distribution protocol, verified, bounded, and kept when the registry is out of
 * reach. Knows no check.
 */
@NullMarked
package dev.breakwater.controller.bundle;

import org.jspecify.annotations.NullMarked;
