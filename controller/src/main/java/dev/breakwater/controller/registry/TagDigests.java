package dev.breakwater.controller.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.controller.image.ImageId;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.KnownDigests;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.registry.credentials.PullCredential;
import dev.breakwater.controller.registry.credentials.PullCredentials;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks registries which content a tag names now, for images that their nodes name in a way that no registry understands. The same mirrors, credentials,
 * certificate authorities and proxies count as for scans, and a registry that is left alone by them is left alone here.
 *
 * <p>Threading: any thread may ask, and blocks.
 */
public final class TagDigests {
    private final RegistryTransport transport;
    private final RegistryMirrors mirrors;
    private final RegistryPauses pauses;
    private final PullCredentials credentials;

    public TagDigests(
            RegistryTransport transport, RegistryMirrors mirrors, RegistryPauses pauses, PullCredentials credentials) {
        this.transport = transport;
        this.mirrors = mirrors;
        this.pauses = pauses;
        this.credentials = credentials;
    }

    /**
     * What a registry says.
     *
     * @param digest of what the tag names now
     * @param runs whether that is what the node runs, by the id of its configuration; false also where nobody can tell
     */
    public record Answer(String digest, boolean runs) {}

    /**
     * @param pulledBy whose credentials are shown
     * @throws IOException in words, where the registry does not say
     */
    public Answer ask(KnownDigests.Question question, PullIdentity pulledBy) throws IOException {
        ImageReference reference;
        try {
            reference = mirrors.of(ImageReference.parse(question.image()));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the pod names its image '" + question.image() + "', in which there is no registry to ask", e);
        }
        if (pauses.until(reference.registry()).isPresent()) {
            throw new IOException(reference.registry() + " is left alone until "
                    + pauses.until(reference.registry()).get() + ", for it asked for fewer requests or was in trouble");
        }
        PullCredentials.Found found = credentials.find(reference, List.of(pulledBy));
        List<Optional<PullCredential>> logins = new ArrayList<>();
        found.credentials().forEach(credential -> logins.add(Optional.of(credential)));
        logins.add(Optional.empty());
        Optional<RegistryRefusal> refused = Optional.empty();
        StringBuilder words = new StringBuilder();
        for (Optional<PullCredential> login : logins) {
            try {
                OciRegistry registry = transport.open(reference, login.map(PullCredential::credential));
                Answer answer = ask(question, registry, reference.tag());
                pauses.answered(reference.registry());
                return answer;
            } catch (RegistryRefusal refusal) {
                if (refusal.isOfRegistry()) {
                    pauses.refused(reference.registry(), refusal.retryAfter());
                }
                if (!refusal.isOfCredential()) {
                    throw refusal;
                }
                refused = refused.or(() -> Optional.of(refusal));
                login.ifPresent(credential -> words.append("; the Secret ")
                        .append(credential.secret())
                        .append(" was refused"));
            }
        }
        found.unusable()
                .forEach(secret -> words.append("; the Secret ")
                        .append(secret.secret())
                        .append(' ')
                        .append(secret.why()));
        throw new IOException(refused.map(Throwable::getMessage).orElse("") + words, refused.orElse(null));
    }

    private static Answer ask(KnownDigests.Question question, OciRegistry registry, String tag) throws IOException {
        OciRegistry.Manifest named = registry.manifest(tag);
        return new Answer(named.digest(), runs(question, named, registry));
    }

    private static boolean runs(KnownDigests.Question question, OciRegistry.Manifest named, OciRegistry registry)
            throws IOException {
        if (!(ImageId.parse(question.imageId()) instanceof ImageId.OfConfiguration id)) {
            return false;
        }
        JsonNode manifest = named.content();
        for (JsonNode entry : named.content().path("manifests")) {
            if (isFor(entry.path("platform"), question.platform())) {
                manifest = registry.manifest(entry.path("digest").asText()).content();
                break;
            }
        }
        return manifest.path("config").path("digest").asText().equals(id.digest());
    }

    private static boolean isFor(JsonNode platform, Platform wanted) {
        return platform.path("os").asText().equals(wanted.os())
                && platform.path("architecture").asText().equals(wanted.architecture());
    }
}
