package dev.breakwater.storage;

/**
 * Which stored content is the bulk of an object. Readable with {@link ReportStore#readBulk} while any retained revision refers to it.
 *
 * @param id row of the content; never reused
 * @param encoding generation of the compression; a recompressed content keeps its id and gets another encoding
 * @param crc CRC-32 of the plain bytes
 * @param length number of plain bytes
 * @param deflatedLength number of stored bytes
 */
public record StoredBulk(long id, int encoding, int crc, long length, long deflatedLength) {}
