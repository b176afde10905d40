package dev.breakwater.apiserver.authorization;

import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;

/** Decides whether a user may. */
@FunctionalInterface
public interface Authorizer {
    /** @param frontProxy whether kube-apiserver vouches for the user, and so has allowed exactly this request */
    Decision decide(User user, boolean frontProxy, Target target);
}
