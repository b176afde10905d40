package dev.breakwater.apiserver.fairness;

import dev.breakwater.apiserver.request.User;
import java.util.Locale;

/** Who never waits behind whom: each level has seats of its own. */
enum Level {
    /** The cluster's own controllers and administrators: namespaces and garbage are collected whatever users do. */
    SYSTEM,
    /** Our controller: reports are written whatever users read. */
    CONTROLLER,
    USERS;

    private static final String MASTERS = "system:masters";
    private static final String CONTROLLERS_OF_THE_CLUSTER = "system:serviceaccounts:kube-system";
    /** kube-controller-manager, kube-scheduler and kube-aggregator, where they bring certificates. */
    private static final String COMPONENT = "system:kube-";

    /** @param controller name of the user that our controller is */
    static Level of(User user, String controller) {
        if (user.name().equals(controller)) {
            return CONTROLLER;
        }
        boolean system = user.groups().contains(MASTERS)
                || user.groups().contains(CONTROLLERS_OF_THE_CLUSTER)
                || user.name().startsWith(COMPONENT);
        return system ? SYSTEM : USERS;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
