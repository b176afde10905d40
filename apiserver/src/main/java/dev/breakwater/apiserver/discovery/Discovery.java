package dev.breakwater.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.discovery.ApiResource.Subresource;
import dev.breakwater.apiserver.document.Document;
import dev.breakwater.apiserver.negotiate.AcceptHeader;
import dev.breakwater.apiserver.negotiate.AcceptHeader.Clause;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The discovery documents, made once: an aggregated server that fails discovery stops the deletion of every namespace in the
 * cluster (k8s-wire 6.2), so nothing here depends on anything.
 */
public final class Discovery {
    private static final String JSON = "application/json";
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    /** By path without trailing slash. */
    private final Map<String, Document> plain = new HashMap<>();

    private final Map<String, Document> aggregated = new HashMap<>();

    /** @param resources all that is served; those of one group together */
    public Discovery(List<ApiResource> resources) {
        List<ApiResource> grouped =
                resources.stream().filter(r -> !r.group().isEmpty()).toList();
        List<ApiResource> core =
                resources.stream().filter(r -> r.group().isEmpty()).toList();
        plain.put("/apis", Document.of(groupList(grouped), JSON));
        aggregated.put("/apis", Document.of(aggregatedList(grouped), AGGREGATED));
        if (!core.isEmpty()) {
            plain.put("/api", Document.of(coreVersions(core), JSON));
            aggregated.put("/api", Document.of(aggregatedList(core), AGGREGATED));
        }
        for (String group : groupsOf(grouped)) {
            plain.put("/apis/" + group, Document.of(header("APIGroup").setAll(group(group, grouped)), JSON));
        }
        for (String groupVersion : groupVersionsOf(resources)) {
            String path = groupVersion.contains("/") ? "/apis/" + groupVersion : "/api/" + groupVersion;
            plain.put(path, Document.of(resourceList(groupVersion, resources), JSON));
        }
    }

    public boolean knows(String path) {
        return plain.containsKey(bare(path));
    }

    /** @param path one that {@link #knows} */
    public void serve(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Document document = chosen(bare(path), request.getHeader("Accept"));
        if (document == null) {
            throw Statuses.notAcceptable(List.of(JSON));
        }
        document.serve(request, response);
        // Natively public, so that an ETag is kept; overrides what all other answers carry.
        response.setHeader("Cache-Control", "public");
    }

    /** The first wanted representation; {@code as} of other versions is answered with the plain list (k8s-wire 1.6). */
    private @Nullable Document chosen(String path, @Nullable String accept) {
        for (Clause clause : AcceptHeader.of(accept).clauses()) {
            if (!clause.covers(JSON)) {
                continue;
            }
            Document inOne = aggregated.get(path);
            boolean wantsInOne =
                    "APIGroupDiscoveryList".equals(clause.parameters().get("as"))
                            && "apidiscovery.k8s.io".equals(clause.parameters().get("g"))
                            && "v2".equals(clause.parameters().get("v"));
            return wantsInOne && inOne != null ? inOne : plain.get(path);
        }
        return null;
    }

    private static String bare(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static ObjectNode groupList(List<ApiResource> resources) {
        ObjectNode list = header("APIGroupList");
        ArrayNode groups = list.putArray("groups");
        groupsOf(resources).forEach(group -> groups.add(group(group, resources)));
        return list;
    }

    private static ObjectNode group(String group, List<ApiResource> resources) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", group);
        ArrayNode versions = node.putArray("versions");
        for (String version : versionsOf(group, resources)) {
            versions.addObject().put("groupVersion", group + "/" + version).put("version", version);
        }
        node.set("preferredVersion", versions.get(0));
        return node;
    }

    private static ObjectNode coreVersions(List<ApiResource> resources) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("kind", "APIVersions");
        ArrayNode versions = node.putArray("versions");
        versionsOf("", resources).forEach(versions::add);
        node.putArray("serverAddressByClientCIDRs");
        return node;
    }

    private static ObjectNode resourceList(String groupVersion, List<ApiResource> all) {
        ObjectNode list = header("APIResourceList");
        list.put("groupVersion", groupVersion);
        ArrayNode rows = list.putArray("resources");
        for (ApiResource resource : all) {
            if (resource.groupVersion().equals(groupVersion)) {
                ObjectNode row = rows.addObject();
                row.put("name", resource.plural());
                row.put("singularName", resource.singular());
                row.put("namespaced", resource.namespaced());
                row.put("kind", resource.kind());
                row.set("verbs", strings(resource.verbs()));
                if (!resource.shortNames().isEmpty()) {
                    row.set("shortNames", strings(resource.shortNames()));
                }
                row.put("storageVersionHash", storageVersionHash(resource));
                for (Subresource subresource : resource.subresources()) {
                    ObjectNode below = rows.addObject();
                    below.put("name", resource.plural() + "/" + subresource.name());
                    below.put("singularName", "");
                    below.put("namespaced", resource.namespaced());
                    below.put("kind", subresource.kind());
                    below.set("verbs", strings(subresource.verbs()));
                }
            }
        }
        return list;
    }

    private static ObjectNode aggregatedList(List<ApiResource> resources) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (String group : groupsOf(resources)) {
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            if (!group.isEmpty()) {
                metadata.put("name", group);
            }
            ArrayNode versions = item.putArray("versions");
            for (String version : versionsOf(group, resources)) {
                ObjectNode node = versions.addObject();
                node.put("version", version).put("freshness", "Current");
                ArrayNode rows = node.putArray("resources");
                resources.stream()
                        .filter(r -> r.group().equals(group) && r.version().equals(version))
                        .forEach(r -> rows.add(aggregatedRow(r)));
            }
        }
        return list;
    }

    private static ObjectNode aggregatedRow(ApiResource resource) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("resource", resource.plural());
        row.set("responseKind", responseKind(resource, resource.kind()));
        row.put("scope", resource.namespaced() ? "Namespaced" : "Cluster");
        row.put("singularResource", resource.singular());
        row.set("verbs", strings(resource.verbs()));
        if (!resource.shortNames().isEmpty()) {
            row.set("shortNames", strings(resource.shortNames()));
        }
        if (!resource.subresources().isEmpty()) {
            ArrayNode subresources = row.putArray("subresources");
            for (Subresource subresource : resource.subresources()) {
                ObjectNode below = subresources.addObject();
                below.put("subresource", subresource.name());
                below.set("responseKind", responseKind(resource, subresource.kind()));
                below.set("verbs", strings(subresource.verbs()));
            }
        }
        return row;
    }

    private static ObjectNode responseKind(ApiResource resource, String kind) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("group", resource.group())
                .put("version", resource.version())
                .put("kind", kind);
    }

    private static ObjectNode header(String kind) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind).put("apiVersion", "v1");
    }

    private static ArrayNode strings(List<String> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        values.forEach(array::add);
        return array;
    }

    private static List<String> groupsOf(List<ApiResource> resources) {
        return resources.stream().map(ApiResource::group).distinct().toList();
    }

    private static List<String> versionsOf(String group, List<ApiResource> resources) {
        return resources.stream()
                .filter(resource -> resource.group().equals(group))
                .map(ApiResource::version)
                .distinct()
                .toList();
    }

    private static List<String> groupVersionsOf(List<ApiResource> resources) {
        return resources.stream().map(ApiResource::groupVersion).distinct().toList();
    }

    /** First eight bytes of the SHA-256 of group, version and kind; opaque to clients. */
    private static String storageVersionHash(ApiResource resource) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((resource.group() + "/" + resource.version() + "/" + resource.kind())
                            .getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(Arrays.copyOf(hash, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
