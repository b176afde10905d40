package dev.breakwater.controller.image;

/** Operating system and architecture in Go's words ({@code linux}, {@code amd64}), as nodes are labelled with them. */
public record Platform(String os, String architecture) {
    public static final Platform LINUX_AMD64 = new Platform("linux", "amd64");

    /**
     * @throws IllegalArgumentException unless the text is {@code os/architecture}
     */
    public static Platform parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            throw new IllegalArgumentException("platform '" + text + "' is not OS/ARCHITECTURE, such as linux/arm64");
        }
        return new Platform(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return os + "/" + architecture;
    }
}
