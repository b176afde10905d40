@NullMarked
package dev.breakwater.storage;

import org.jspecify.annotations.NullMarked;
