@NullMarked
package dev.breakwater.bench;

import org.jspecify.annotations.NullMarked;
