/**
 * Configuration, RBAC and control-plane reports of a cluster's objects: which objects are audited when, and what of the checks' verdicts goes into
 * which report. Nodes are another package's.
 *
 * <p>An object is fetched and audited when its own hash or the hash of the checks for its kind is not the one its report carries: so a restart, a
 * change of status or of other kinds' checks costs nothing.
 */
@NullMarked
package dev.breakwater.controller.audit;

import org.jspecify.annotations.NullMarked;
