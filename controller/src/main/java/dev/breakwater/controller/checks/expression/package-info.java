/**
 * CEL for checks: one environment with the variables and functions that checks may use, compiled once and evaluated on many objects.
 * Knows nothing of check files or Kubernetes kinds.
 */
@NullMarked
package dev.breakwater.controller.checks.expression;

import org.jspecify.annotations.NullMarked;
