/** How fast the programs are there. */
@NullMarked
package dev.breakwater.bench.start;

import org.jspecify.annotations.NullMarked;
