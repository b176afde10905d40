package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/** Stored bytes do not have their checksum, or are not there; the message names the object. */
public final class CorruptContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long revision;
    private final long content;

    public CorruptContentException(String message, @Nullable Throwable cause) {
        this(message, cause, 0, 0);
    }

    private CorruptContentException(String message, @Nullable Throwable cause, long revision, long content) {
        super(message, cause);
        this.revision = revision;
        this.content = content;
    }

    /** The head, or the labels, that a revision shows. */
    public static CorruptContentException ofRevision(long revision, String message) {
        return new CorruptContentException(message, null, revision, 0);
    }

    /** A content, whichever objects have it. */
    public static CorruptContentException ofContent(long content, String message) {
        return new CorruptContentException(message, null, 0, content);
    }

    /** The damaged revision; 0 where it is not known, or a content is damaged. */
    public long revision() {
        return revision;
    }

    /** The number of the damaged content; 0 where it is not known, or a revision is damaged. */
    public long content() {
        return content;
    }
}
