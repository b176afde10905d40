/** Answers kept for a while, each asked for once. */
@NullMarked
package dev.breakwater.apiserver.cache;

import org.jspecify.annotations.NullMarked;
