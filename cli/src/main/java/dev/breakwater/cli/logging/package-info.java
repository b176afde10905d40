/** Log level and log format of every command. */
@NullMarked
package dev.breakwater.cli.logging;

import org.jspecify.annotations.NullMarked;
