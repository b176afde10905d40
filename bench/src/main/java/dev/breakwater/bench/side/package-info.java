@NullMarked
package dev.breakwater.bench.side;

import org.jspecify.annotations.NullMarked;
