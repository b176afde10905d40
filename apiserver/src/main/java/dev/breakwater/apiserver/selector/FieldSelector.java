package dev.breakwater.apiserver.selector;

import dev.breakwater.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conjunction of terms on {@code metadata.name} and {@code metadata.namespace}: what custom resources can be selected by.
 *
 * @param terms all of them must hold; none selects everything
 */
public record FieldSelector(List<Term> terms) {
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    record Term(boolean ofName, boolean equal, String value) {}

    /**
     * Parses the text form ({@link FieldTerm#parse}).
     *
     * @param namespaced whether {@code metadata.namespace} is a field of the kind
     */
    public static FieldSelector parse(String text, boolean namespaced) throws SelectorException {
        List<Term> terms = new ArrayList<>();
        for (FieldTerm term : FieldTerm.parse(text)) {
            terms.add(supported(term, namespaced));
        }
        return terms.isEmpty() ? EVERYTHING : new FieldSelector(List.copyOf(terms));
    }

    public boolean isEverything() {
        return terms.isEmpty();
    }

    /**
     * @param namespace empty for cluster-scoped kinds
     */
    public boolean matches(String namespace, String name) {
        for (Term term : terms) {
            if ((term.ofName ? name : namespace).equals(term.value) != term.equal) {
                return false;
            }
        }
        return true;
    }

    /** The one name that can match, or {@code null}. */
    public @Nullable String exactName() {
        return exact(true);
    }

    /** The one namespace that can match, or {@code null}. */
    public @Nullable String exactNamespace() {
        return exact(false);
    }

    private @Nullable String exact(boolean name) {
        for (Term term : terms) {
            if (term.ofName == name && term.equal) {
                return term.value;
            }
        }
        return null;
    }

    private static Term supported(FieldTerm term, boolean namespaced) throws SelectorException {
        boolean ofName = term.field().equals("metadata.name");
        if (!ofName && !(namespaced && term.field().equals("metadata.namespace"))) {
            throw new SelectorException("field label not supported: " + FieldError.shown(term.field()));
        }
        return new Term(ofName, term.equal(), term.value());
    }
}
