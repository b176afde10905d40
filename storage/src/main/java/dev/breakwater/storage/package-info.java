/**
 * The report store: one log-structured table of revisions, heads beside it, bulks stored once per content.
 *
 * <p>The public face is {@link dev.breakwater.storage.ReportStore}; everything a caller hands in or gets back is a record of
 * this package or of {@code segment}. The store knows keys, labels, revisions, heads and bulks. It knows no HTTP, no Kubernetes
 * client and no report kind: a kind is a number to it.
 */
@NullMarked
package dev.breakwater.storage;

import org.jspecify.annotations.NullMarked;
