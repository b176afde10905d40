package dev.breakwater.apiserver.standalone;

import dev.breakwater.apiserver.standalone.StandaloneUser.Role;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code users.yaml}:
 *
 * <pre>{@code
 * users:
 *   - name: alice
 *     groups: [team-a]          # optional
 *     token: a-long-secret      # optional; without one the server makes a client certificate
 *     roles:
 *       - namespaces: [team-a]  # left out: the whole cluster
 *         resources: [vulnerabilityreports, configauditreports]
 *         verbs: [get, list, watch]
 * }</pre>
 *
 * A key that is not known stops the start: a misspelt {@code namespaces} would give rights on the whole cluster.
 */
final class UsersFile {
    private static final Set<String> USER_KEYS = Set.of("name", "groups", "token", "roles");
    private static final Set<String> ROLE_KEYS = Set.of("namespaces", "resources", "verbs");
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]*");

    private final Path file;

    private UsersFile(Path file) {
        this.file = file;
    }

    /** The users; none if there is no file. */
    static List<StandaloneUser> read(Path file) {
        return Files.exists(file) ? new UsersFile(file).users() : List.of();
    }

    private List<StandaloneUser> users() {
        Object tree = YamlReader.of(Reading.YAML_1_2).value(file.toString(), PrivateFiles.read(file));
        Map<?, ?> root = mapping(tree, "the file", Set.of("users"));
        List<StandaloneUser> users = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Object entry : sequence(root.get("users"), "users")) {
            StandaloneUser user = user(mapping(entry, "users[" + users.size() + "]", USER_KEYS), users.size());
            if (!names.add(user.name())) {
                throw bad("names the user " + user.name() + " twice");
            }
            users.add(user);
        }
        boolean tokens = users.stream().anyMatch(user -> user.token() != null);
        PrivateFiles.requirePrivate(file, tokens ? "the tokens of users" : "who may do what", tokens);
        return List.copyOf(users);
    }

    private StandaloneUser user(Map<?, ?> entry, int index) {
        String where = "users[" + index + "]";
        if (!(entry.get("name") instanceof String name)
                || !FILE_NAME.matcher(name).matches()) {
            throw bad(where + ".name must be a name of letters, digits and . _ @ -");
        }
        Object token = entry.get("token");
        if (token != null && !(token instanceof String text && text.length() >= 8)) {
            throw bad(where + ".token must be a string of at least 8 characters");
        }
        List<Role> roles = new ArrayList<>();
        for (Object role : sequence(entry.get("roles"), where + ".roles")) {
            String here = where + ".roles[" + roles.size() + "]";
            Map<?, ?> keys = mapping(role, here, ROLE_KEYS);
            List<String> namespaces = strings(keys.get("namespaces"), here + ".namespaces");
            if (keys.containsKey("namespaces") && namespaces.isEmpty()) {
                throw bad(here + ".namespaces must not be empty; leave it out for the whole cluster");
            }
            List<String> resources = strings(keys.get("resources"), here + ".resources");
            List<String> verbs = strings(keys.get("verbs"), here + ".verbs");
            if (resources.isEmpty() || verbs.isEmpty()) {
                throw bad(here + " needs resources and verbs; * stands for all");
            }
            roles.add(new Role(namespaces, resources, verbs));
        }
        return new StandaloneUser(
                name, strings(entry.get("groups"), where + ".groups"), (String) token, List.copyOf(roles));
    }

    private Map<?, ?> mapping(@Nullable Object value, String where, Set<String> allowed) {
        if (!(value instanceof Map<?, ?> map)) {
            throw bad(where + " must be a mapping with the keys " + new TreeSet<>(allowed));
        }
        for (Object key : map.keySet()) {
            if (!(key instanceof String name) || !allowed.contains(name)) {
                throw bad(where + " has the unknown key " + key + "; allowed are " + new TreeSet<>(allowed));
            }
        }
        return map;
    }

    private List<?> sequence(@Nullable Object value, String where) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw bad(where + " must be a list");
        }
        return list;
    }

    private List<String> strings(@Nullable Object value, String where) {
        List<String> strings = new ArrayList<>();
        for (Object entry : sequence(value, where)) {
            if (!(entry instanceof String text)) {
                throw bad(where + " must hold strings");
            }
            strings.add(text);
        }
        return List.copyOf(strings);
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException(file + " " + what);
    }
}
