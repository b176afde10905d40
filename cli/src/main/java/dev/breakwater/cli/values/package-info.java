/** What a person copies. */
@NullMarked
package dev.breakwater.cli.values;

import org.jspecify.annotations.NullMarked;
