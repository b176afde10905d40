package dev.breakwater.apiserver.authentication;

import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the authenticators in their order; the first that knows the client decides. Whoever brings nothing is
 * {@code system:anonymous}; whoever brings something bad is refused, never anonymous (k8s-wire 2.2).
 */
public final class Authentication {
    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
    /** Name of whoever brings no credentials. */
    public static final String ANONYMOUS = "system:anonymous";

    private static final String AUTHENTICATED = "system:authenticated";
    private static final String UNAUTHENTICATED = "system:unauthenticated";

    private final List<Authenticator> authenticators;
    private final boolean anonymous;

    /** @param anonymous whether requests without credentials go on to authorisation */
    public Authentication(List<Authenticator> authenticators, boolean anonymous) {
        this.authenticators = List.copyOf(authenticators);
        this.anonymous = anonymous;
    }

    /** @throws StatusException 401 */
    public Opinion.Known who(Credentials credentials) {
        boolean refused = false;
        for (Authenticator authenticator : authenticators) {
            switch (authenticator.judge(credentials)) {
                case Opinion.Known known -> {
                    return withGroup(known);
                }
                case Opinion.None none -> {}
                case Opinion.Refused refusal -> {
                    LOG.debug("credentials refused: {}", refusal.because());
                    refused = true;
                }
            }
        }
        if (refused || !anonymous) {
            throw Statuses.unauthorized();
        }
        return new Opinion.Known(new User(ANONYMOUS, "", List.of(UNAUTHENTICATED), Map.of()), false);
    }

    /** {@code system:aggregator} and {@code system:kube-aggregator} arrive without groups and depend on it (k8s-wire 1.6, 1.7). */
    private static Opinion.Known withGroup(Opinion.Known known) {
        User user = known.user();
        if (user.name().equals(ANONYMOUS)
                || user.groups().contains(AUTHENTICATED)
                || user.groups().contains(UNAUTHENTICATED)) {
            return known;
        }
        List<String> groups = new ArrayList<>(user.groups());
        groups.add(AUTHENTICATED);
        return new Opinion.Known(
                new User(user.name(), user.uid(), List.copyOf(groups), user.extra()), known.frontProxy());
    }
}
