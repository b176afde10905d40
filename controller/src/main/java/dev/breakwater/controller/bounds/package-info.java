/** What values settings may have. Each record of settings checks its own in its constructor, under the keys by which they are set. */
@NullMarked
package dev.breakwater.controller.bounds;

import org.jspecify.annotations.NullMarked;
