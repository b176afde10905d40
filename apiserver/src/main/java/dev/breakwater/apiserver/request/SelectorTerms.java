package dev.breakwater.apiserver.request;

import dev.breakwater.apiserver.request.Target.SelectorTerm;
import dev.breakwater.apiserver.selector.FieldTerm;
import dev.breakwater.apiserver.selector.LabelSelector;
import dev.breakwater.apiserver.selector.LabelSelector.Requirement;
import dev.breakwater.apiserver.selector.SelectorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selectors as far as authorisation needs them. It judges nothing: a selector that cannot be read gives no terms, the review is
 * made without them (and so for more than is asked), and the endpoint refuses the request (k8s-wire 2.4).
 */
final class SelectorTerms {
    private SelectorTerms() {}

    static List<SelectorTerm> fields(@Nullable String selector) {
        if (selector == null) {
            return List.of();
        }
        try {
            return FieldTerm.parse(selector).stream()
                    .map(term -> new SelectorTerm(term.field(), term.equal() ? "In" : "NotIn", List.of(term.value())))
                    .toList();
        } catch (SelectorException e) {
            return List.of();
        }
    }

    static List<SelectorTerm> labels(@Nullable String selector) {
        if (selector == null) {
            return List.of();
        }
        try {
            List<SelectorTerm> terms = new ArrayList<>();
            for (Requirement requirement : LabelSelector.parse(selector).requirements()) {
                switch (requirement) {
                    case LabelSelector.In in -> terms.add(new SelectorTerm(in.key(), "In", sorted(in.values())));
                    case LabelSelector.NotIn in -> terms.add(new SelectorTerm(in.key(), "NotIn", sorted(in.values())));
                    case LabelSelector.Exists exists -> terms.add(new SelectorTerm(exists.key(), "Exists", List.of()));
                    case LabelSelector.Absent absent ->
                        terms.add(new SelectorTerm(absent.key(), "DoesNotExist", List.of()));
                    // A review has no word for it; without the term it asks for more, never for less.
                    case LabelSelector.Compared compared -> {}
                }
            }
            return List.copyOf(terms);
        } catch (SelectorException e) {
            return List.of();
        }
    }

    private static List<String> sorted(Set<String> values) {
        return values.stream().sorted().toList();
    }
}
