/**
 * CheckSource objects and Events: what became of users' own checks, one object for each place they come from. Served by our own API server, so that a
 * ConfigMap, which has no status, needs none.
 */
@NullMarked
package dev.breakwater.controller.checksource;

import org.jspecify.annotations.NullMarked;
