package dev.breakwater.apiserver.request;

import java.util.Locale;

/** The verbs of resource requests, as RBAC names them (k8s-wire 2.4). */
public enum Verb {
    GET,
    LIST,
    WATCH,
    CREATE,
    UPDATE,
    PATCH,
    DELETE,
    DELETECOLLECTION;

    /** As in a SubjectAccessReview. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
