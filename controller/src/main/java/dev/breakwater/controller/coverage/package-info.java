/** Sees to it that every running container has the reports of its image: the loop that ties inventory, scans and reports together. */
@NullMarked
package dev.breakwater.controller.coverage;

import org.jspecify.annotations.NullMarked;
