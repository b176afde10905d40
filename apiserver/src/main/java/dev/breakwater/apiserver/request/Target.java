package dev.breakwater.apiserver.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request asks for: the attributes that authorisation decides on (k8s-wire 2.4). */
public sealed interface Target {
    /** As in a SubjectAccessReview; empty for a method that is no verb. */
    String verb();

    /**
     * A path of the form {@code /apis/GROUP/VERSION/...} or {@code /api/VERSION/...}, whether it is served or not.
     *
     * @param group empty for the core group
     * @param namespace {@code null} for none
     * @param name of the object; for lists and watches from the field selector {@code metadata.name=...}
     * @param pathName of the object as the path has it, {@code null} for collections
     * @param surplus whether the path goes on behind the subresource, which leads nowhere
     * @param fieldTerms terms of the field selector, for verbs that have one
     * @param labelTerms terms of the label selector, for verbs that have one; empty when it cannot be read
     */
    record Resource(
            String verb,
            String group,
            String version,
            @Nullable String namespace,
            String resource,
            @Nullable String subresource,
            @Nullable String name,
            @Nullable String pathName,
            boolean surplus,
            List<SelectorTerm> fieldTerms,
            List<SelectorTerm> labelTerms)
            implements Target {

        public boolean watch() {
            return verb.equals("watch");
        }

        /** The same with what its query selects. */
        Resource withSelectors(
                @Nullable String selectedName, List<SelectorTerm> selectedFields, List<SelectorTerm> selectedLabels) {
            return new Resource(
                    verb,
                    group,
                    version,
                    namespace,
                    resource,
                    subresource,
                    selectedName,
                    pathName,
                    surplus,
                    selectedFields,
                    selectedLabels);
        }

        /** The same without the name, and so without the fields that lead to it. */
        public Resource withoutName() {
            return new Resource(
                    verb,
                    group,
                    version,
                    namespace,
                    resource,
                    subresource,
                    null,
                    pathName,
                    surplus,
                    fieldTerms,
                    labelTerms);
        }
    }

    /** Any other path; the verb is the method in lower case. */
    record Path(String verb, String path) implements Target {}

    /**
     * A term of a selector as authorisation sees it.
     *
     * @param operator {@code In}, {@code NotIn}, {@code Exists} or {@code DoesNotExist}
     */
    record SelectorTerm(String key, String operator, List<String> values) {}
}
