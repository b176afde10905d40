package dev.breakwater.apiserver.authentication;

/** One way to learn who asks. */
@FunctionalInterface
public interface Authenticator {
    Opinion judge(Credentials credentials);
}
