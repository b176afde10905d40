package dev.breakwater.controller.bundle;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.registry.OciRegistry;
import dev.breakwater.controller.registry.RegistryTransport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a bundle up to date. A registry that cannot be reached, or gives something that is no bundle, changes nothing about the one in force.
 *
 * <p>Threading: one loop pulls; what it found is read by any.
 */
public final class BundlePulls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BundlePulls.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(30);
    /** A manifest and its layers, of a registry that is slow. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(30);
    /** Without the bundle every report would lose its findings, and be written again when it comes: a new controller waits for it as long as this. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final BundleSettings settings;
    private final RegistryTransport transport;
    private final InstantSource clock;
    private final Loop puller;
    private volatile Found found = new Found(Optional.empty(), Optional.empty());
    private volatile Instant begun = Instant.MAX;
    /** Of the loop: the pause after the next failure. */
    private Duration retry = FIRST_RETRY;

    private record Found(Optional<CheckBundle> bundle, Optional<String> trouble) {}

    /**
     * @param transport how its registry is reached
     * @throws IllegalArgumentException for a reference no registry would accept
     */
    public BundlePulls(BundleSettings settings, RegistryTransport transport, Loops loops, InstantSource clock) {
        this.settings = settings;
        this.transport = transport;
        this.clock = clock;
        this.puller = loops.loop("bundle", LONGEST_STEP, this::round);
        if (isWanted()) {
            ImageReference.parse(settings.reference());
        }
    }

    /** Whether there is to be a bundle. */
    public boolean isWanted() {
        return !settings.reference().isEmpty();
    }

    public String reference() {
        return settings.reference();
    }

    public void start() {
        if (isWanted()) {
            begun = clock.instant();
            puller.start();
        }
    }

    /** Whether there is a bundle, or has been none for so long that it is not waited for. */
    public boolean hasSynced() {
        // Also of a registry that takes the connection and never answers.
        return !isWanted()
                || found.bundle().isPresent()
                || clock.instant().minus(PATIENCE).isAfter(begun);
    }

    /** The last one that could be had. */
    public Optional<CheckBundle> inForce() {
        return found.bundle();
    }

    /** Why the last attempt to ask for it failed; empty where it did not. */
    public Optional<String> trouble() {
        return found.trouble();
    }

    @Override
    public void close() {
        puller.close();
    }

    private Duration round() {
        try {
            found = new Found(Optional.of(pull()), Optional.empty());
            retry = FIRST_RETRY;
            return settings.refresh();
        } catch (IOException | RuntimeException | StackOverflowError e) {
            if (puller.isClosed()) {
                return Duration.ZERO;
            }
            String why = "the bundle " + settings.reference() + " was not fetched: " + e.getMessage();
            found = new Found(found.bundle(), Optional.of(why));
            log.warn("{}; trying again in {} s", why, retry.toSeconds());
            Duration pause = retry;
            retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry.multipliedBy(2);
            return pause;
        }
    }

    private CheckBundle pull() throws IOException {
        OciRegistry registry = transport.open(ImageReference.parse(settings.reference()), Optional.empty());
        OciRegistry.Manifest manifest = registry.manifest();
        Optional<CheckBundle> known = found.bundle();
        if (known.isPresent() && known.get().digest().equals(manifest.digest())) {
            return known.get();
        }
        CheckBundle bundle = new CheckBundle(manifest.digest(), BundleFiles.of(manifest.content(), registry));
        log.info("bundle {}: {} files, {}", settings.reference(), bundle.files().size(), manifest.digest());
        return bundle;
    }
}
