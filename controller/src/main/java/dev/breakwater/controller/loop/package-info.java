/**
 * What goes round for as long as a program runs: survives what its work throws, backs off, ends when it is told to, and says when it last went round.
 * Knows nothing of what is done in a round.
 */
@NullMarked
package dev.breakwater.controller.loop;

import org.jspecify.annotations.NullMarked;
