/** How long compliance takes on a cluster of many reports, and with how much memory. */
@NullMarked
package dev.breakwater.bench.compliance;

import org.jspecify.annotations.NullMarked;
