package dev.breakwater.apiserver.managedfields;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import dev.breakwater.apiserver.managedfields.Managers.Identity;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.StatusException.Cause;
import dev.breakwater.apiserver.status.Statuses;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Says which fields somebody else owns, in the words that kubectl and controllers read. */
final class Conflicts {
    /** Fields that are told; there can be as many as a head has. */
    private static final int MOST = 500;

    private Conflicts() {}

    static StatusException of(SortedMap<Identity, FieldSet> conflicts) {
        List<Cause> causes = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        int[] count = {0};
        conflicts.forEach((identity, set) -> {
            String manager = shown(identity);
            lines.add("conflicts with " + manager + ":");
            set.forEachPath(path -> {
                if (count[0]++ < MOST) {
                    causes.add(new Cause("FieldManagerConflict", "conflict with " + manager, path));
                    lines.add("- " + path);
                }
            });
        });
        String message = count[0] == 1
                ? "Apply failed with 1 conflict: " + causes.getFirst().message() + ": "
                        + causes.getFirst().field()
                : "Apply failed with " + count[0] + " conflicts: " + String.join("\n", lines);
        return Statuses.applyConflict(message, causes);
    }

    private static String shown(Identity identity) {
        String shown = quoted(identity.manager())
                + (identity.subresource().isEmpty() ? "" : " with subresource " + quoted(identity.subresource()));
        return identity.applies() ? shown : shown + " using " + identity.apiVersion();
    }
}
