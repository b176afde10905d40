/** Jobs that the controller runs: what their pods have in common, and the wait for those that are few and short. */
@NullMarked
package dev.breakwater.controller.jobs;

import org.jspecify.annotations.NullMarked;
