/** The memory that requests of all sorts share. */
@NullMarked
package dev.breakwater.apiserver.memory;

import org.jspecify.annotations.NullMarked;
