package dev.breakwater.bench.side;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.wire.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder of a server without a cluster, with two users who may do everything with reports.
 *
 * @param path readable by its owner only, as a folder with tokens has to be
 */
public record StandaloneFolder(Path path) {
    /** Token of who sends what may kill the server. */
    public static final String ATTACKER = "drill-attacker-token";

    /** Token of whose requests must not suffer from it. */
    public static final String BYSTANDER = "drill-bystander-token";

    private static final Pattern AUTHORITY = Pattern.compile("certificate-authority-data: (\\S+)");
    private static final String USERS = """
            users:
              - name: attacker
                token: %s
                roles: [{resources: ['*'], verbs: ['*']}]
              - name: bystander
                token: %s
                roles: [{resources: ['*'], verbs: ['*']}]
            """.formatted(ATTACKER, BYSTANDER);

    /** Makes the folder and its users where they are missing. */
    public static StandaloneFolder in(Path path) throws IOException {
        if (Files.notExists(path)) {
            Files.createDirectory(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Path users = path.resolve("users.yaml");
        if (Files.notExists(users)) {
            Files.createFile(users, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(users, USERS.getBytes(UTF_8));
        }
        return new StandaloneFolder(path);
    }

    /** The server on this machine, as the bystander; the server has been started in the folder. */
    public Endpoint endpoint(int port) throws IOException {
        Matcher authority = AUTHORITY.matcher(Files.readString(path.resolve("kubeconfig")));
        if (!authority.find()) {
            throw new IllegalStateException("no authority in the kubeconfig of " + path);
        }
        return Endpoint.trusting(
                URI.create("https://127.0.0.1:" + port), Base64.getDecoder().decode(authority.group(1)), BYSTANDER);
    }
}
