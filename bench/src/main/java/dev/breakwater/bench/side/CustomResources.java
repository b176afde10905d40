package dev.breakwater.bench.side;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.kind.Column;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.bench.meter.ProcessMeter;
import java.util.List;

/** Custom resource definitions of the served kinds under another group: same names, scopes, columns and schemas. */
public final class CustomResources {
    private final ObjectMapper json = new ObjectMapper();
    private final String group;

    public CustomResources(String group) {
        this.group = group;
    }

    /** Creates the definitions and waits until they are served. */
    public Side install(Cluster cluster, Tenant tenant) {
        cluster.apply(definitions(KindTable.load()).toString());
        cluster.kubectl("", "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
        List<ProcessMeter> programs = List.of(cluster.meter("kube-apiserver"), cluster.meter("etcd"));
        return new Side("CRDs in etcd", group, tenant.endpoint(), programs, programs, cluster.etcdFolder());
    }

    /** A {@code v1.List} of one definition for each report kind. */
    public ObjectNode definitions(KindTable kinds) {
        ObjectNode list = json.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        ArrayNode items = list.putArray("items");
        for (ReportKind kind : kinds.in(KindTable.REPORTS)) {
            items.add(definition(kind));
        }
        return list;
    }

    private ObjectNode definition(ReportKind kind) {
        ObjectNode definition = json.createObjectNode()
                .put("apiVersion", "apiextensions.k8s.io/v1")
                .put("kind", "CustomResourceDefinition");
        definition.putObject("metadata").put("name", kind.plural() + "." + group);
        ObjectNode spec = definition.putObject("spec");
        spec.put("group", group).put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
        ObjectNode names = spec.putObject("names");
        names.put("kind", kind.kind())
                .put("listKind", kind.listKind())
                .put("plural", kind.plural())
                .put("singular", kind.singular());
        kind.shortNames().forEach(names.putArray("shortNames")::add);
        ObjectNode version = spec.putArray("versions").addObject();
        version.put("name", kind.version()).put("served", true).put("storage", true);
        version.putObject("schema").set("openAPIV3Schema", kind.schema().deepCopy());
        ArrayNode columns = version.putArray("additionalPrinterColumns");
        for (Column column : kind.columns()) {
            columns.addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("description", column.description())
                    .put("jsonPath", "." + column.path())
                    .put("priority", column.priority());
        }
        if (kind.statusSubresource()) {
            version.putObject("subresources").putObject("status");
        }
        return definition;
    }
}
