package dev.breakwater.apiserver.negotiate;

/**
 * The form of an answer.
 *
 * @param version of {@code meta.k8s.io} for the shapes of that group: {@code v1} or {@code v1beta1}
 */
public record Representation(Media media, Shape shape, String version, boolean pretty) {
    /** How the answer is written down. */
    public enum Media {
        JSON("application/json"),
        YAML("application/yaml");

        private final String contentType;

        Media(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }
    }

    /** What of the object is shown. */
    public enum Shape {
        OBJECT,
        TABLE,
        METADATA
    }

    /** As in {@code apiVersion}. */
    public String metaVersion() {
        return "meta.k8s.io/" + version;
    }

    /** Whether stored JSON bytes are the answer as they are. */
    public boolean isCompactJson() {
        return media == Media.JSON && !pretty;
    }
}
