/** A request at work: its parameters, what all verbs use, and the resource versions that clients present. */
@NullMarked
package dev.breakwater.apiserver.call;

import org.jspecify.annotations.NullMarked;
