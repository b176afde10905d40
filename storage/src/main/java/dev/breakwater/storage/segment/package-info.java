/**
 * Deflate segments: raw deflate, finished with a sync flush and never with a final block, so that segments of any origin can be
 * concatenated into one valid single-member gzip stream (gzip header, segments, {@code 03 00}, combined CRC-32, length).
 */
@NullMarked
package dev.breakwater.storage.segment;

import org.jspecify.annotations.NullMarked;
