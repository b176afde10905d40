/**
 * A new vulnerability database without Jobs: package lists that scans left behind, matched again through the Trivy server, and differing reports. Knows the
 * server and reports; knows no Jobs.
 */
@NullMarked
package dev.breakwater.controller.rematch;

import org.jspecify.annotations.NullMarked;
