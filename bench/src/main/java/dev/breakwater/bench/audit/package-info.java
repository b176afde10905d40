/** What the audit of many manifests costs: time of one core, and memory that must not grow with their number. */
@NullMarked
package dev.breakwater.bench.audit;

import org.jspecify.annotations.NullMarked;
