/** What a user runs: composes the two programs, wires them by hand, owns settings and logging. */
@NullMarked
package dev.breakwater.cli;

import org.jspecify.annotations.NullMarked;
