package dev.breakwater.controller.reports;

/** Labels of our own on reports; the original has nothing like them ({@code docs/differences.md}). */
public final class ImageLabels {
    /** {@code sha256-} and the first 40 hex digits of the digest: finds every report of an image, whatever its tags. */
    public static final String IMAGE_DIGEST = "breakwater.dev/image-digest";

    /**
     * Name of the ImageScan whose result the report shows: digest, platform and scanner settings. The digest alone does not say that two reports are
     * interchangeable, because an index has one digest and another content on each platform.
     */
    public static final String IMAGE_SCAN = "breakwater.dev/image-scan";

    /** When the content was found: seconds since 1970. A label, so that it is known without reading the report. */
    public static final String SCANNED_AT = "breakwater.dev/scanned-at";

    private ImageLabels() {}
}
