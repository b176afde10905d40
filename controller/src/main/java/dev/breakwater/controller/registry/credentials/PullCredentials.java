package dev.breakwater.controller.registry.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the credentials that lead to an image: in the pull secrets of the pods that run it, then of their service accounts, then in the secrets that the
 * settings name for their namespaces or for all (trivy-operator 4.6). Each Secret is read when it is needed and kept by nobody, so that one that was
 * rotated is the new one at the next attempt. Read by name only: no list and no watch, so that a role can name what we may read.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
public final class PullCredentials {
    private static final Resource SECRETS = Resource.core("secrets", "Secret");
    private static final Resource ACCOUNTS = Resource.core("serviceaccounts", "ServiceAccount");
    /** Of pods that run the same image by the same name. Who runs it in a hundred namespaces has the same credentials in most. */
    private static final int MOST_IDENTITIES = 10;

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final boolean ofPods;
    private final Map<String, List<String>> named;
    private final String ownNamespace;

    /**
     * @param ofPods whether what pods and service accounts name is read
     * @param named names of Secrets by their namespace, for the pods of that namespace; those of the controller's own are for all
     */
    public PullCredentials(KubeApi api, boolean ofPods, Map<String, List<String>> named, String ownNamespace) {
        // That a namespace keeps its Secrets to itself is no trouble of ours but a decision, and is said where it
        // matters.
        this.api = api.withoutNotingRights();
        this.ofPods = ofPods;
        this.named = Map.copyOf(named);
        this.ownNamespace = ownNamespace;
    }

    /**
     * What leads to an image.
     *
     * @param credentials to be tried in this order; none twice
     * @param unusable Secrets that were named and could not be used, or not all of them
     */
    public record Found(List<PullCredential> credentials, List<Unusable> unusable) {}

    /**
     * A Secret that could not be used.
     *
     * @param why goes on behind the Secret's name, such as {@code does not exist}; has nothing of its content
     */
    public record Unusable(String secret, String why) {}

    /** @throws IOException where the API server cannot be reached */
    public Found find(ImageReference reference, Collection<PullIdentity> identities) throws IOException {
        Search search = new Search(reference);
        List<PullIdentity> some =
                identities.stream().distinct().limit(MOST_IDENTITIES).toList();
        if (ofPods) {
            for (PullIdentity identity : some) {
                for (String secret : identity.pullSecrets()) {
                    search.read(identity.namespace(), secret);
                }
            }
            for (PullIdentity identity : some) {
                for (String secret : secretsOf(identity)) {
                    search.read(identity.namespace(), secret);
                }
            }
        }
        Set<String> namespaces = new LinkedHashSet<>();
        some.forEach(identity -> namespaces.add(identity.namespace()));
        namespaces.add(ownNamespace);
        for (String namespace : namespaces) {
            for (String secret : named.getOrDefault(namespace, List.of())) {
                search.read(namespace, secret);
            }
        }
        return search.found();
    }

    /** The names are a pod's own from the moment it is made; what was added to the account later is not. None where the account may not be read. */
    private List<String> secretsOf(PullIdentity identity) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            read(ACCOUNTS.named(identity.namespace(), identity.serviceAccount()))
                    .ifPresent(account -> account.path("imagePullSecrets")
                            .forEach(secret -> names.add(secret.path("name").asText())));
        } catch (ApiRefusal refusal) {
            if (refusal.code() != 403) {
                throw refusal;
            }
        }
        names.removeIf(String::isEmpty);
        return names;
    }

    private Optional<JsonNode> read(String path) throws IOException {
        return api.get(path, Map.of(), KubeApi.JSON, MAPPER::readTree);
    }

    /** One search, from Secret to Secret. */
    private final class Search {
        private final ImageReference reference;
        private final Set<String> seen = new LinkedHashSet<>();
        private final List<Match> matches = new ArrayList<>();
        private final List<Unusable> unusable = new ArrayList<>();

        private record Match(ConfigKey key, PullCredential credential) {}

        Search(ImageReference reference) {
            this.reference = reference;
        }

        void read(String namespace, String name) throws IOException {
            if (!seen.add(namespace + "/" + name)) {
                return;
            }
            Optional<JsonNode> secret;
            try {
                secret = PullCredentials.this.read(SECRETS.named(namespace, name));
            } catch (ApiRefusal refusal) {
                if (refusal.code() != 403) {
                    throw refusal;
                }
                unusable.add(new Unusable(
                        name, "may not be read by the controller (docs/registries.md says which role allows it)"));
                return;
            }
            if (secret.isEmpty()) {
                unusable.add(new Unusable(name, "does not exist"));
                return;
            }
            PullSecret parsed = PullSecret.parse(secret.get());
            parsed.problems().forEach(why -> unusable.add(new Unusable(name, why)));
            for (PullSecret.Entry entry : parsed.entries()) {
                if (entry.key().leadsTo(reference)) {
                    matches.add(new Match(entry.key(), new PullCredential(name, entry.credential())));
                }
            }
        }

        /** The most telling key first, as the kubelet does over all Secrets of a pod; among equals the order in which they were read. */
        Found found() {
            Map<Credential, PullCredential> credentials = new LinkedHashMap<>();
            matches.stream()
                    .sorted(Comparator.comparing(Match::key, ConfigKey.MOST_TELLING_FIRST))
                    .forEach(match -> credentials.putIfAbsent(match.credential().credential(), match.credential()));
            return new Found(List.copyOf(credentials.values()), List.copyOf(unusable));
        }
    }
}
