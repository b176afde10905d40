/** Events on workloads: how a team learns why its image has no report, without looking beyond its namespace. */
@NullMarked
package dev.breakwater.controller.events;

import org.jspecify.annotations.NullMarked;
