package dev.breakwater.controller.image;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Digests of images that their nodes do not name, as their registries have told them.
 *
 * <p>Threading: one lock; any thread.
 */
public final class KnownDigests {
    private static final int MOST = 10_000;

    /**
     * An image that has to be asked for.
     *
     * @param image as the pod names it
     * @param imageId as the node reports it
     */
    public record Question(String image, String imageId, Platform platform) {}

    private final Map<Question, String> answers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, String> eldest) {
            return size() > MOST;
        }
    };

    public synchronized void put(Question question, String digest) {
        answers.put(question, digest);
    }

    public synchronized Optional<String> get(Question question) {
        return Optional.ofNullable(answers.get(question));
    }
}
