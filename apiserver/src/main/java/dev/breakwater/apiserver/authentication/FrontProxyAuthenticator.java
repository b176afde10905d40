package dev.breakwater.apiserver.authentication;

import dev.breakwater.apiserver.authentication.ClientCertificates.Verdict;
import dev.breakwater.apiserver.authentication.ClusterTrustWatch.Current;
import dev.breakwater.apiserver.request.PercentCode;
import dev.breakwater.apiserver.request.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Believes the identity headers of kube-apiserver, once its certificate is verified. Without such a certificate the headers are
 * nothing (k8s-wire 2.2).
 */
final class FrontProxyAuthenticator implements Authenticator {
    private final Supplier<Current> current;

    FrontProxyAuthenticator(Supplier<Current> current) {
        this.current = current;
    }

    @Override
    public Opinion judge(Credentials credentials) {
        if (credentials.chain().isEmpty()) {
            return Opinion.NONE;
        }
        Current now = current.get();
        ClusterTrust trust = now.trust();
        if (trust.proxyAuthorities().isEmpty()) {
            return Opinion.NONE;
        }
        String proxy;
        switch (now.proxies().verify(credentials.chain())) {
            case Verdict.Bad bad -> {
                return new Opinion.Refused(bad.because());
            }
            case Verdict.Good good -> proxy = good.commonName();
        }
        if (!trust.proxyNames().isEmpty() && !trust.proxyNames().contains(proxy)) {
            return new Opinion.Refused("\"" + proxy + "\" is no allowed name of a front proxy");
        }
        String name = first(credentials, trust.userHeaders());
        if (name.isEmpty()) {
            return Opinion.NONE;
        }
        return new Opinion.Known(
                new User(
                        name,
                        first(credentials, trust.uidHeaders()),
                        groups(credentials, trust.groupHeaders()),
                        extra(credentials, trust.extraPrefixes())),
                true);
    }

    private static String first(Credentials credentials, List<String> headers) {
        return headers.stream()
                .flatMap(header -> credentials.header(header).stream())
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Every line is one group; a comma is part of its name. */
    private static List<String> groups(Credentials credentials, List<String> headers) {
        return headers.stream()
                .flatMap(header -> credentials.header(header).stream())
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The rest of the header's name is the key: in lower case, percent-encoded where a header name cannot hold it. */
    private static Map<String, List<String>> extra(Credentials credentials, List<String> prefixes) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        for (String header : credentials.headerNames()) {
            String lower = header.toLowerCase(Locale.ROOT);
            for (String prefix : prefixes) {
                String start = prefix.toLowerCase(Locale.ROOT);
                if (lower.startsWith(start)) {
                    String key = PercentCode.decode(lower.substring(start.length()));
                    extra.computeIfAbsent(key, k -> new ArrayList<>()).addAll(credentials.header(header));
                }
            }
        }
        return extra;
    }
}
