package dev.breakwater.controller.checks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.naming.SafeHash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The value of a report's label {@code plugin-config-hash}: changes when any check that applies to objects of the kind would judge or word differently,
 * and with nothing else. The original's alphabet, but not its value, which leaves out the checks that come with the program.
 */
public final class ConfigHash {
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private ConfigHash() {}

    /** @param kind of the audited object; {@code NodeInfo} for nodes */
    public static String of(CheckSet checks, String kind) {
        List<Map<String, Object>> parts = new ArrayList<>();
        for (CheckDefinition check : checks.checks()) {
            if (check.appliesTo(kind)) {
                Map<String, Object> part = new LinkedHashMap<>();
                part.put("id", check.id());
                part.put("title", check.title());
                part.put("severity", check.severity());
                part.put("description", check.description());
                part.put("remediation", check.remediation());
                part.put("scope", check.scope());
                part.put("params", check.params());
                // Variables see those before them: their order is part of what they mean.
                part.put("variables", List.copyOf(check.variables().entrySet()));
                part.put("fail", check.fail());
                part.put("message", check.message());
                part.put("failures", check.failures());
                parts.add(part);
            }
        }
        try {
            return SafeHash.ofString(SORTED.writeValueAsString(parts));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
