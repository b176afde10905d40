/** How values of settings are written and read. */
@NullMarked
package dev.breakwater.cli.values;

import org.jspecify.annotations.NullMarked;
