/**
 * Vulnerability, secret and SBOM reports: made from Trivy's results, copied from one another, written through the Kubernetes API. Everything long is
 * streamed through files; no tree of a whole report is built.
 */
@NullMarked
package dev.breakwater.controller.reports;

import org.jspecify.annotations.NullMarked;
