package dev.breakwater.controller.kube;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a request does, in the words of roles.
 *
 * @param group empty for the core group
 * @param resource with its subresource, such as {@code pods/log}
 * @param namespace empty for the whole cluster
 */
record Access(String verb, String group, String resource, String namespace) {

    /** Empty for what is no resource, such as {@code /version}. */
    static Optional<Access> of(String method, String path, boolean watch) {
        List<String> parts = Arrays.asList(path.substring(1).split("/", -1));
        boolean core = parts.getFirst().equals("api");
        int begin = core ? 2 : 3;
        if ((!core && !parts.getFirst().equals("apis")) || parts.size() <= begin) {
            return Optional.empty();
        }
        String group = core ? "" : parts.get(1);
        List<String> rest = parts.subList(begin, parts.size());
        String namespace = "";
        if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
            namespace = rest.get(1);
            rest = rest.subList(2, rest.size());
        }
        boolean named = rest.size() > 1;
        String resource = rest.size() > 2 ? rest.getFirst() + "/" + rest.get(2) : rest.getFirst();
        return Optional.of(new Access(verb(method, named, watch), group, resource, namespace));
    }

    private static String verb(String method, boolean named, boolean watch) {
        return switch (method) {
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> named ? "delete" : "deletecollection";
            default -> named ? "get" : watch ? "watch" : "list";
        };
    }
}
