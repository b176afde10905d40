@NullMarked
package dev.breakwater.bench.workload;

import org.jspecify.annotations.NullMarked;
