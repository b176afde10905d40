package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.authentication.Authentication;
import dev.breakwater.apiserver.authentication.Opinion;
import dev.breakwater.apiserver.authorization.Authorization;
import dev.breakwater.apiserver.request.PercentCode;
import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code kubectl --as}: who may impersonate is that user from here on, and has the rights of that user alone. Ignoring the headers would show
 * an administrator who asks "may she?" what he himself may. kube-apiserver has done it, and taken the headers away, before it passes a request on.
 */
final class Impersonation {
    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";
    private static final String UID = "Impersonate-Uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private Impersonation() {}

    /** Whether the header is one of those that ask for it. */
    static boolean isHeader(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith("impersonate-");
    }

    /**
     * Who asks after all.
     *
     * @throws dev.breakwater.apiserver.status.StatusException 403 where the user may not be that one, 400 for a request that names no user
     */
    static Opinion.Known of(Opinion.Known known, HttpServletRequest request, Authorization authorization) {
        List<String> names = Collections.list(request.getHeaderNames());
        if (names.stream().noneMatch(Impersonation::isHeader)) {
            return known;
        }
        String name = request.getHeader(USER);
        if (name == null || name.isEmpty()) {
            throw Statuses.badRequest("the request impersonates groups or more without " + USER);
        }
        // The front proxy has authorised the request, not this; and what it has authorised was for somebody else.
        Right right = (group, resource, subresource, namespace, object) ->
                authorization.require(known.user(), false, target(group, resource, subresource, namespace, object));
        String[] account = name.startsWith(SERVICE_ACCOUNT) ? name.split(":", 4) : new String[0];
        if (account.length == 4) {
            right.require("", "serviceaccounts", null, account[2], account[3]);
        } else {
            right.require("", "users", null, null, name);
        }
        List<String> groups = Collections.list(request.getHeaders(GROUP));
        groups.forEach(group -> right.require("", "groups", null, null, group));
        String uid = request.getHeader(UID);
        if (uid != null) {
            right.require(AUTHENTICATION, "uids", null, null, uid);
        }
        Map<String, List<String>> extra = extra(request, names);
        extra.forEach((key, values) ->
                values.forEach(value -> right.require(AUTHENTICATION, "userextras", key, null, value)));
        List<String> all = new ArrayList<>(groups);
        if (account.length == 4 && groups.isEmpty()) {
            all.addAll(List.of("system:serviceaccounts", "system:serviceaccounts:" + account[2]));
        }
        String standing = name.equals(Authentication.ANONYMOUS) ? "system:unauthenticated" : "system:authenticated";
        if (!all.contains(standing)) {
            all.add(standing);
        }
        return new Opinion.Known(new User(name, uid == null ? "" : uid, List.copyOf(all), extra), false);
    }

    private interface Right {
        void require(
                String group, String resource, @Nullable String subresource, @Nullable String namespace, String name);
    }

    private static Map<String, List<String>> extra(HttpServletRequest request, List<String> names) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        for (String header : names) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith(EXTRA)) {
                extra.putIfAbsent(
                        PercentCode.decode(lower.substring(EXTRA.length())),
                        Collections.list(request.getHeaders(header)));
            }
        }
        return extra;
    }

    private static Target.Resource target(
            String group, String resource, @Nullable String subresource, @Nullable String namespace, String name) {
        return new Target.Resource(
                "impersonate", group, "v1", namespace, resource, subresource, name, name, false, List.of(), List.of());
    }
}
