/**
 * What an image is called and which image runs: references as a pod names them, and the digest and platform that identify content. Pure values;
 * no client, no clock.
 */
@NullMarked
package dev.breakwater.controller.image;

import org.jspecify.annotations.NullMarked;
