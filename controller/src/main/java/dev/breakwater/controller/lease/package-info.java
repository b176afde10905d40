/** One leading controller at a time, by a Lease. */
@NullMarked
package dev.breakwater.controller.lease;

import org.jspecify.annotations.NullMarked;
