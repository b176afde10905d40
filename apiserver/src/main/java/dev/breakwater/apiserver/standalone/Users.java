package dev.breakwater.apiserver.standalone;

import dev.breakwater.apiserver.authentication.Authenticator;
import dev.breakwater.apiserver.authentication.CertificateAuthenticator;
import dev.breakwater.apiserver.authentication.ClientCertificates;
import dev.breakwater.apiserver.authorization.Authorizer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The admin and the users of {@code users.yaml}: how they prove who they are, what they may, and their kubeconfigs. */
public final class Users {
    private final Path directory;
    private final Authority authority;
    private final List<StandaloneUser> users;
    private final Rules rules;

    private Users(Path directory, Authority authority, List<StandaloneUser> users) {
        this.directory = directory;
        this.authority = authority;
        this.users = users;
        this.rules = new Rules(users);
    }

    public static Users in(Path directory, Authority authority) {
        return new Users(directory, authority, UsersFile.read(directory.resolve("users.yaml")));
    }

    public List<Authenticator> authenticators(Clock clock) {
        ClientCertificates trusted =
                new ClientCertificates(List.of(authority.certificates().certificate()), clock, System::nanoTime);
        return List.of(new CertificateAuthenticator(() -> trusted), new StaticTokens(users));
    }

    public Authorizer authorizer() {
        return rules;
    }

    Rules rules() {
        return rules;
    }

    /**
     * Writes {@code kubeconfig} for the admin and {@code users/NAME.kubeconfig} for each user.
     *
     * @param host at which clients reach the server
     */
    public void writeKubeconfigs(String host, int port) {
        String literal = host.contains(":") ? "[" + host + "]" : host;
        Kubeconfig kubeconfig = new Kubeconfig("https://" + literal + ":" + port, authority.pem());
        kubeconfig.withCertificate(
                directory.resolve("kubeconfig"), "admin", authority.client("admin", List.of("system:masters")), null);
        for (StandaloneUser user : users) {
            Path file = directory.resolve("users").resolve(user.name() + ".kubeconfig");
            String token = user.token();
            if (token == null) {
                kubeconfig.withCertificate(file, user.name(), authority.client(user.name(), user.groups()), home(user));
            } else {
                kubeconfig.withToken(file, user.name(), token, home(user));
            }
        }
    }

    /** The namespace of a user who has rights in no other. */
    private static @Nullable String home(StandaloneUser user) {
        List<String> namespaces = user.roles().stream()
                .flatMap(role -> role.namespaces().stream())
                .distinct()
                .toList();
        return namespaces.size() == 1 ? namespaces.getFirst() : null;
    }
}
