@NullMarked
package dev.breakwater.bench.meter;

import org.jspecify.annotations.NullMarked;
