package dev.breakwater.storage;

/** One change that a caller asks for. Keys are {@code namespace/name} or {@code name}. */
public sealed interface Write {
    KindId kind();

    String key();

    /** A new object; refused as {@link WriteOutcome.AlreadyExists} where the key is taken. */
    record Create(KindId kind, String key, Head head, Bulk bulk) implements Write {}

    /** A new state of the object whose last revision is {@code expected}. */
    record Replace(KindId kind, String key, long expected, Head head, Bulk bulk) implements Write {}

    /** The end of the object whose last revision is {@code expected}. */
    record Delete(KindId kind, String key, long expected) implements Write {}
}
