/**
 * Compliance: what the audit reports of a cluster say about a framework of controls, such as the CIS benchmark.
 *
 * <p>Reports are read page by page and folded into one tally per check; frameworks are then projections of those tallies, so that six frameworks cost
 * one pass, and memory depends on the number of checks, not of reports.
 */
@org.jspecify.annotations.NullMarked
package dev.breakwater.controller.compliance;
