package dev.breakwater.apiserver.authorization;

/** What came of the question whether a user may. */
public sealed interface Decision {
    record Allowed() implements Decision {}

    /** @param reason in words, or empty */
    record Denied(String reason) implements Decision {}

    /** Nobody could be asked; answered with 500, for neither yes nor no is known (k8s-wire 2.4). */
    record Unknown(String because) implements Decision {}
}
