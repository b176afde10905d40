/**
 * Configuration checks: the audit of one Kubernetes object, without a client and without a server.
 *
 * <p>Checks are data: YAML files under the resource folder {@code checks}, in the format that {@code docs/checks.md} explains. A
 * {@link dev.breakwater.controller.checks.CheckSet} is compiled once and then gives verdicts on any number of objects from any number of threads.
 */
@NullMarked
package dev.breakwater.controller.checks;

import org.jspecify.annotations.NullMarked;
