package dev.breakwater.apiserver.authentication;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.apiserver.tls.Pem;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Whom the cluster trusts, as the ConfigMap {@code kube-system/extension-apiserver-authentication} says (k8s-wire 2.1).
 *
 * @param clientAuthorities of users' certificates
 * @param proxyAuthorities of the front proxy; none: identity headers are never trusted
 * @param proxyNames common names that a front proxy may have; none for any
 * @param userHeaders the first that has a value names the user
 * @param uidHeaders likewise; none: the UID header is not read
 * @param groupHeaders all lines of all of them name groups
 * @param extraPrefixes of headers that carry extra attributes
 */
record ClusterTrust(
        List<X509Certificate> clientAuthorities,
        List<X509Certificate> proxyAuthorities,
        List<String> proxyNames,
        List<String> userHeaders,
        List<String> uidHeaders,
        List<String> groupHeaders,
        List<String> extraPrefixes) {

    /**
     * Reads the ConfigMap.
     *
     * @throws IllegalArgumentException when a value is broken; then what was known before stays good
     */
    static ClusterTrust of(JsonNode configMap) {
        JsonNode values = configMap.path("data");
        return new ClusterTrust(
                Pem.certificates(values.path("client-ca-file").asText()),
                Pem.certificates(values.path("requestheader-client-ca-file").asText()),
                strings(values, "requestheader-allowed-names"),
                strings(values, "requestheader-username-headers"),
                strings(values, "requestheader-uid-headers"),
                strings(values, "requestheader-group-headers"),
                strings(values, "requestheader-extra-headers-prefix"));
    }

    private static List<String> strings(JsonNode values, String key) {
        String text = values.path(key).asText();
        if (text.isEmpty()) {
            return List.of();
        }
        try {
            JsonNode array = new ObjectMapper().readTree(text);
            if (!array.isArray()) {
                throw new IllegalArgumentException(key + " must be a JSON array of strings");
            }
            List<String> strings = new ArrayList<>();
            array.forEach(entry -> strings.add(entry.asText()));
            return List.copyOf(strings);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(key + " must be a JSON array of strings", e);
        }
    }
}
