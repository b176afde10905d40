/** {@code breakwater control}: the controller, its settings as options, run until a signal. */
@NullMarked
package dev.breakwater.cli.control;

import org.jspecify.annotations.NullMarked;
