/**
 * Users' policies in Rego: read from a ConfigMap or bundle, run by Trivy in a Job over batches of objects, and what Trivy said as verdicts of checks.
 * Knows no report. Why a Job and how its input gets there: docs/decisions/0070-rego.md.
 */
@NullMarked
package dev.breakwater.controller.rego;

import org.jspecify.annotations.NullMarked;
