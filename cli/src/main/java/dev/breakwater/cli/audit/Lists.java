package dev.breakwater.cli.audit;

import java.util.LinkedHashMap;
import java.util.Map;

/** Lists as the API server writes them: items of a PodList need not repeat that they are Pods. */
final class Lists {
    private Lists() {}

    /** The item with its kind and API version, taken from the list where it does not say them itself. */
    static Map<?, ?> typed(Map<?, ?> item, Map<?, ?> list) {
        if (item.containsKey("kind")
                || !(list.get("kind") instanceof String kind)
                || !kind.endsWith("List")
                || kind.equals("List")) {
            return item;
        }
        Map<Object, Object> typed = new LinkedHashMap<>(item);
        typed.put("kind", kind.substring(0, kind.length() - "List".length()));
        if (list.get("apiVersion") instanceof String version) {
            typed.putIfAbsent("apiVersion", version);
        }
        return typed;
    }
}
