/** {@code breakwater exposure}: which workloads are the most exposed, read from the reports of any cluster. */
@NullMarked
package dev.breakwater.cli.exposure;

import org.jspecify.annotations.NullMarked;
