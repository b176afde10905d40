package dev.breakwater.apiserver.authentication;

import dev.breakwater.apiserver.request.User;

/** What an authenticator makes of the credentials. */
public sealed interface Opinion {
    Opinion NONE = new None();

    /** @param frontProxy whether kube-apiserver says so, which then has authorised the request too */
    record Known(User user, boolean frontProxy) implements Opinion {}

    /** There is nothing that this authenticator reads. */
    record None() implements Opinion {}

    /** There is something, and it is not good: unless another authenticator knows the client, it is refused. */
    record Refused(String because) implements Opinion {}
}
