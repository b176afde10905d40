@NullMarked
package dev.breakwater.apiserver;

import org.jspecify.annotations.NullMarked;
