package dev.breakwater.controller.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.controller.image.ImageId;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.KnownDigests;
import dev.breakwater.controller.image.Platform;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/**
 * Asks registries which content a tag names now, for images that their nodes name in a way that no registry understands.
 *
 * <p>Threading: any thread may ask, and blocks.
 */
public final class TagDigests {
    private final Set<String> plainRegistries;
    private final Set<String> insecureRegistries;
    private final OkHttpClient checking = new OkHttpClient();
    private final OkHttpClient unchecking;

    /**
     * @param plainRegistries hosts that are spoken to without TLS
     * @param insecureRegistries hosts whose certificate is not checked
     */
    public TagDigests(List<String> plainRegistries, List<String> insecureRegistries) {
        this.plainRegistries = Set.copyOf(plainRegistries);
        this.insecureRegistries = Set.copyOf(insecureRegistries);
        this.unchecking = insecureRegistries.isEmpty() ? checking : trustingAnybody(checking);
    }

    /**
     * What a registry says.
     *
     * @param digest of what the tag names now
     * @param runs whether that is what the node runs, by the id of its configuration; false also where nobody can tell
     */
    public record Answer(String digest, boolean runs) {}

    /** @throws IOException in words, where the registry does not say */
    public Answer ask(KnownDigests.Question question) throws IOException {
        ImageReference reference;
        try {
            reference = ImageReference.parse(question.image());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the pod names its image '" + question.image() + "', in which there is no registry to ask", e);
        }
        OciRegistry registry = new OciRegistry(
                reference, plainRegistries, insecureRegistries.contains(reference.registry()) ? unchecking : checking);
        OciRegistry.Manifest named = registry.manifest(reference.tag());
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

    /** For registries whose operator has said that their certificates are not to be checked. */
    private static OkHttpClient trustingAnybody(OkHttpClient client) {
        X509TrustManager anybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {
                // Nobody comes to us.
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {
                // As scanner.insecureRegistries says. What comes is compared with its digest, and nothing secret is
                // sent.
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {anybody}, new SecureRandom());
            return client.newBuilder()
                    .sslSocketFactory(context.getSocketFactory(), anybody)
                    .hostnameVerifier((host, session) -> true)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
