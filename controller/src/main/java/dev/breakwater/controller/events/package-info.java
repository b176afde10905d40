/** Events: how a team learns why its image has no report, without looking beyond its namespace, and an operator what keeps checks from running. */
@NullMarked
package dev.breakwater.controller.events;

import org.jspecify.annotations.NullMarked;
