package dev.breakwater.apiserver.request;

import java.util.List;
import java.util.Map;

/** Who asks. {@code groups} already holds {@code system:authenticated} where it belongs. */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {}
