/** {@code breakwater verify}: looks over a store, and takes out of it what is damaged. */
@NullMarked
package dev.breakwater.cli.verify;

import org.jspecify.annotations.NullMarked;
