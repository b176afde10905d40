/** {@code breakwater audit} and {@code breakwater check test}: checks on manifests, without a cluster. Streams: memory does not grow with the input. */
@NullMarked
package dev.breakwater.cli.audit;

import org.jspecify.annotations.NullMarked;
