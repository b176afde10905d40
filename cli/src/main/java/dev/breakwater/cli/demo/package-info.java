/** {@code breakwater demo}: a standalone server filled from a sample cluster, and a table of what is exposed. */
@NullMarked
package dev.breakwater.cli.demo;

import org.jspecify.annotations.NullMarked;
