/**
 * Scans of images in Jobs: one per digest, platform and scanner settings; what the Job is, how its result comes back whole or not at all, and why it
 * failed. Knows no workload and writes no report.
 */
@NullMarked
package dev.breakwater.controller.scan;

import org.jspecify.annotations.NullMarked;
