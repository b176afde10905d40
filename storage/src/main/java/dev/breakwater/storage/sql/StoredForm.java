package dev.breakwater.storage.sql;

import dev.breakwater.storage.Head;

/**
 * What is stored beside the fields of a head.
 *
 * @param created milliseconds since 1970
 * @param metaChecksum CRC-32C of the deflate bytes, checked at every read
 * @param restChecksum likewise
 */
public record StoredForm(long created, int metaChecksum, int restChecksum) {
    public static StoredForm of(Head head) {
        return new StoredForm(
                head.created().toEpochMilli(),
                Contents.checksum(head.meta().deflated()),
                Contents.checksum(head.rest().deflated()));
    }
}
