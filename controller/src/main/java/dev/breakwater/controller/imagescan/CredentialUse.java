package dev.breakwater.controller.imagescan;

/**
 * An entry of {@code status.credentials}: what became of a Secret that was to lead to the image. Names alone, neither contents nor namespaces: every team
 * may read it.
 *
 * @param message why it could not be used; empty for the other results
 */
public record CredentialUse(String secret, Result result, String message) {
    /** {@code result}. */
    public enum Result {
        /** The registry took it. */
        USED("Used"),
        /** The registry did not hand out the image for it. */
        REFUSED("Refused"),
        /** It could not be shown to the registry, or not all of it. */
        UNUSABLE("Unusable");

        private final String word;

        Result(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }
}
