package dev.breakwater.controller.coverage;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.imagescan.CredentialUse;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.registry.RegistryMirrors;
import dev.breakwater.controller.registry.RegistryPauses;
import dev.breakwater.controller.registry.credentials.DockerConfigFile;
import dev.breakwater.controller.registry.credentials.PullCredential;
import dev.breakwater.controller.registry.credentials.PullCredentials;
import dev.breakwater.controller.scan.FailureReason;
import dev.breakwater.controller.scan.ScanFailure;
import dev.breakwater.controller.scan.ScanJobs;
import dev.breakwater.controller.scan.ScanResult;
import dev.breakwater.controller.scan.ScanTarget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tries of one attempt at a scan: each repository that holds the digest, with each credential that leads there and at last with none, until one hands
 * out the content or fails for a reason that another would not change.
 *
 * <p>Threading: stateless; {@link #run} blocks its caller.
 */
final class ScanTries {
    private static final Logger log = LoggerFactory.getLogger(ScanTries.class);
    /** Of those that hold a digest. */
    private static final int MOST_REPOSITORIES = 4;
    /** Each costs a Job. */
    private static final int MOST_TRIES = 8;

    private final ScanJobs jobs;
    private final PullCredentials credentials;
    private final RegistryMirrors mirrors;
    private final RegistryPauses pauses;
    private final String settingsHash;

    ScanTries(
            ScanJobs jobs,
            PullCredentials credentials,
            RegistryMirrors mirrors,
            RegistryPauses pauses,
            String settingsHash) {
        this.jobs = jobs;
        this.credentials = credentials;
        this.mirrors = mirrors;
        this.pauses = pauses;
        this.settingsHash = settingsHash;
    }

    /** What came of it, and of the Secrets that were to help. */
    record Outcome(ScanResult result, List<CredentialUse> credentials) {}

    /** Where the content can be had, and whose credentials lead there: those of the pods that name it so, and of no others. */
    private record Way(ScanTarget target, Set<PullIdentity> identities) {
        /** Empty for what names no registry. */
        Optional<ImageReference> reference() {
            return parse(target.pullReference());
        }
    }

    /** @param registry one of those that are left alone, for a sentence */
    record Paused(Instant until, String registry) {}

    /** Until when none of the image's registries is to be asked; empty where one may be. */
    Optional<Paused> paused(RunningImage image, List<RunningContainer> containers) {
        Optional<Paused> soonest = Optional.empty();
        for (Way way : ways(image, containers)) {
            Optional<Paused> paused = paused(way);
            if (paused.isEmpty()) {
                return Optional.empty();
            }
            if (soonest.isEmpty() || paused.get().until().isBefore(soonest.get().until())) {
                soonest = paused;
            }
        }
        return soonest;
    }

    private Optional<Paused> paused(Way way) {
        return way.reference()
                .map(ImageReference::registry)
                .flatMap(registry -> pauses.until(registry).map(until -> new Paused(until, registry)));
    }

    /** The scan as the first repository would give it; its name is that of all. */
    ScanTarget target(RunningImage image, List<RunningContainer> containers) {
        return new ScanTarget(image, containers.getFirst().pullReferences().getFirst(), settingsHash);
    }

    /** @param onStart told the name of the first Job */
    Outcome run(RunningImage image, List<RunningContainer> containers, int attempt, ScanJobs.JobListener onStart)
            throws IOException, InterruptedException {
        Attempt tries = new Attempt(attempt, onStart);
        List<Way> ways = ways(image, containers);
        // Where all are left alone the caller has waited, or there is a Job already, which is waited for.
        boolean all = ways.stream().allMatch(way -> paused(way).isPresent());
        for (Way way : ways) {
            if (!tries.isOver() && (all || paused(way).isEmpty())) {
                tries.from(way);
            }
        }
        return tries.outcome();
    }

    /** Each container's own repository first, and then what their nodes report: all hold the same digest. */
    private List<Way> ways(RunningImage image, List<RunningContainer> containers) {
        Map<String, Set<PullIdentity>> references = new LinkedHashMap<>();
        containers.forEach(container ->
                add(references, container, List.of(container.pullReferences().getFirst())));
        containers.forEach(container -> add(references, container, container.pullReferences()));
        return references.entrySet().stream()
                .limit(MOST_REPOSITORIES)
                .map(way -> new Way(new ScanTarget(image, mirrored(way.getKey()), settingsHash), way.getValue()))
                .toList();
    }

    private String mirrored(String reference) {
        return parse(reference)
                .map(mirrors::of)
                .map(mirror -> mirror.name()
                        + (mirror.tag().isEmpty() ? "" : ":" + mirror.tag())
                        + (mirror.digest().isEmpty() ? "" : "@" + mirror.digest()))
                .orElse(reference);
    }

    private static void add(Map<String, Set<PullIdentity>> references, RunningContainer container, List<String> named) {
        named.forEach(reference -> references
                .computeIfAbsent(reference, first -> new LinkedHashSet<>())
                .add(container.pulledBy()));
    }

    /** Of one thread. */
    private final class Attempt {
        private final int number;
        private final ScanJobs.JobListener onStart;
        private final List<CredentialUse> uses = new ArrayList<>();
        private final StringBuilder others = new StringBuilder();
        private int tries;
        /** What became of the pod's own repository, which tells most. */
        private Optional<ScanFailure> first = Optional.empty();

        private Optional<ScanResult.Succeeded> success = Optional.empty();
        private boolean over;

        Attempt(int number, ScanJobs.JobListener onStart) {
            this.number = number;
            this.onStart = onStart;
        }

        boolean isOver() {
            return over;
        }

        void from(Way way) throws IOException, InterruptedException {
            Optional<ImageReference> reference = way.reference();
            PullCredentials.Found found = reference.isPresent()
                    ? credentials.find(reference.get(), way.identities())
                    : new PullCredentials.Found(List.of(), List.of());
            found.unusable().forEach(secret -> note(secret.secret(), CredentialUse.Result.UNUSABLE, secret.why()));
            Optional<ScanFailure> failure = Optional.empty();
            for (PullCredential credential : found.credentials()) {
                failure = attempt(way, found, failure, Optional.of(credential));
                if (failure.isEmpty() || !isRefusal(failure.get())) {
                    break;
                }
            }
            if (success.isEmpty() && (failure.isEmpty() || isRefusal(failure.get()))) {
                failure = attempt(way, found, failure, Optional.empty());
            }
            failure.ifPresent(why -> failed(way, why));
        }

        /** Empty where it succeeded; the failure before where this one tells no more. */
        private Optional<ScanFailure> attempt(
                Way way, PullCredentials.Found found, Optional<ScanFailure> before, Optional<PullCredential> shown)
                throws IOException, InterruptedException {
            String secret = shown.map(PullCredential::secret).orElse("");
            Optional<DockerConfigFile> login = way.reference()
                    .flatMap(name -> shown.map(credential -> DockerConfigFile.of(name, credential.credential())));
            if (tries == MOST_TRIES) {
                over = true;
                return before;
            }
            if (tries > 0) {
                log.info(
                        "scan {}: trying {} {}",
                        way.target().name(),
                        way.target().pullReference(),
                        secret.isEmpty() ? "without a credential" : "with the Secret " + secret);
            }
            ScanResult result = jobs.scan(way.target(), login, number, tries++ == 0 ? onStart : job -> {});
            return switch (result) {
                case ScanResult.Succeeded succeeded -> {
                    success = Optional.of(succeeded);
                    over = true;
                    way.reference().ifPresent(reference -> pauses.answered(reference.registry()));
                    note(secret, CredentialUse.Result.USED, "");
                    yield Optional.empty();
                }
                case ScanResult.Failed failed -> {
                    boolean refused = isRefusal(failed.failure());
                    if (refused) {
                        note(secret, CredentialUse.Result.REFUSED, "");
                    }
                    if (failed.failure().isOfRegistry()) {
                        way.reference().ifPresent(reference -> pauses.refused(reference.registry(), Duration.ZERO));
                    }
                    ScanFailure failure = without(found, failed.failure());
                    yield refused && before.isPresent() ? before : Optional.of(failure);
                }
            };
        }

        /** Of all that were found: a Job that a controller before us began may have shown another one than we would have. */
        private static ScanFailure without(PullCredentials.Found found, ScanFailure failure) {
            String words = failure.message();
            for (PullCredential credential : found.credentials()) {
                words = credential.credential().hideIn(words);
            }
            return new ScanFailure(failure.reason(), words);
        }

        private void failed(Way way, ScanFailure failure) {
            over |= !failure.reason().isOfRepository();
            if (first.isEmpty()) {
                first = Optional.of(failure);
            } else {
                others.append("; ")
                        .append(way.target().pullReference())
                        .append(": ")
                        .append(failure.message());
            }
        }

        private void note(String secret, CredentialUse.Result result, String why) {
            CredentialUse use = new CredentialUse(secret, result, why);
            if (!secret.isEmpty() && !uses.contains(use)) {
                uses.add(use);
            }
        }

        Outcome outcome() {
            if (success.isPresent()) {
                return new Outcome(success.get(), List.copyOf(uses));
            }
            ScanFailure failure = first.orElse(new ScanFailure(FailureReason.SCANNER_FAILED, ""));
            String words =
                    failure.message() + others + (failure.reason() == FailureReason.PULL_DENIED ? ofSecrets() : "");
            return new Outcome(new ScanResult.Failed(new ScanFailure(failure.reason(), words)), List.copyOf(uses));
        }

        /** What an operator has to look at first, where a registry refuses. */
        private String ofSecrets() {
            StringBuilder words = new StringBuilder();
            for (CredentialUse use : uses) {
                words.append("; the Secret ")
                        .append(use.secret())
                        .append(' ')
                        .append(use.result() == CredentialUse.Result.UNUSABLE ? use.message() : "was refused");
            }
            return words.isEmpty() ? "; no credential for it was found" : words.toString();
        }
    }

    /** Registries also hide from those who may not see an image that there is one. */
    private static boolean isRefusal(ScanFailure failure) {
        return failure.reason() == FailureReason.PULL_DENIED || failure.reason() == FailureReason.MANIFEST_UNKNOWN;
    }

    private static Optional<ImageReference> parse(String reference) {
        try {
            return Optional.of(ImageReference.parse(reference));
        } catch (IllegalArgumentException unnamed) {
            return Optional.empty();
        }
    }
}
