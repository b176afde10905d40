@NullMarked
package dev.breakwater.bench.compare;

import org.jspecify.annotations.NullMarked;
