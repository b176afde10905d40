@NullMarked
package dev.breakwater.bench.wire;

import org.jspecify.annotations.NullMarked;
