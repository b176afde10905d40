package dev.breakwater.storage;

import java.util.Set;

/**
 * A positive term of a selector that an index can answer: the label {@code key} has one of {@code values}.
 *
 * @param values one or more
 */
public record LabelTerm(String key, Set<String> values) {}
