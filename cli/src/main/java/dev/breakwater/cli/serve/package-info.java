/** {@code breakwater serve}: the store and the API server, wired and run until a signal. */
@NullMarked
package dev.breakwater.cli.serve;

import org.jspecify.annotations.NullMarked;
