package dev.breakwater.apiserver.standalone;

import dev.breakwater.apiserver.authentication.Authenticator;
import dev.breakwater.apiserver.authentication.Credentials;
import dev.breakwater.apiserver.authentication.Opinion;
import dev.breakwater.apiserver.request.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;

/** Knows the tokens of {@code users.yaml}. */
final class StaticTokens implements Authenticator {
    private final List<StandaloneUser> users;

    StaticTokens(List<StandaloneUser> users) {
        this.users = users;
    }

    @Override
    public Opinion judge(Credentials credentials) {
        String token = credentials.bearerToken();
        if (token == null) {
            return Opinion.NONE;
        }
        Opinion opinion = new Opinion.Refused("no user has this token");
        for (StandaloneUser user : users) {
            // Every token is compared, in a time that does not depend on how much of it is right.
            if (user.token() != null && MessageDigest.isEqual(bytes(user.token()), bytes(token))) {
                opinion = new Opinion.Known(new User(user.name(), "", user.groups(), Map.of()), false);
            }
        }
        return opinion;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
