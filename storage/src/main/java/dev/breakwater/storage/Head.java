package dev.breakwater.storage;

import dev.breakwater.storage.segment.Segment;
import java.time.Instant;
import java.util.Map;

/**
 * The small part of an object, everything that is not its bulk. Immutable once written; every revision has its own.
 *
 * <p>The bytes of an object are {@code {"metadata":{"resourceVersion":"N",} + meta + rest + bulk + closing}, where N is the
 * revision, known only at commit (store.md 11). What the segments hold exactly is the caller's affair.
 *
 * @param uid identity of the object over its life
 * @param generation {@code metadata.generation}
 * @param created {@code metadata.creationTimestamp}
 * @param labels {@code metadata.labels}, indexed by the store; empty in a {@linkplain PageOutcome.Page page}
 * @param cells what a table row needs beyond the metadata, in a form of the caller's; not interpreted
 * @param meta the metadata without resourceVersion
 * @param rest everything else up to the bulk; {@link Segment#EMPTY} where a {@link Projection} left it out
 * @param content hash over rest and bulk, in a form of the caller's: equal content, equal hash; not interpreted
 */
public record Head(
        String uid,
        long generation,
        Instant created,
        Map<String, String> labels,
        String cells,
        Segment meta,
        Segment rest,
        byte[] content) {}
