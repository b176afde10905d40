package dev.breakwater.apiserver.options;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Options of create, update and patch.
 *
 * @param dryRun everything is done but storing
 */
public record WriteOptions(boolean dryRun, FieldValidation fieldValidation) {
    /** What to do about unknown and duplicate fields. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    private static final int LONGEST_MANAGER = 128;

    /**
     * @param optionsKind such as {@code CreateOptions}
     * @throws dev.breakwater.apiserver.status.StatusException 422 for values that are not allowed
     */
    public static WriteOptions of(Query query, String optionsKind) {
        List<FieldError> errors = new ArrayList<>();
        boolean dryRun = dryRun(query.all("dryRun"), errors);
        String manager = query.text("fieldManager");
        if (manager.length() > LONGEST_MANAGER) {
            errors.add(FieldError.tooLong("fieldManager", LONGEST_MANAGER));
        } else if (manager.chars().anyMatch(c -> !printable(c))) {
            errors.add(FieldError.invalid("fieldManager", quoted(manager), "should only contain printable characters"));
        }
        if (query.has("force") && optionsKind.equals("PatchOptions")) {
            errors.add(FieldError.forbidden("force", "may not be specified for non-apply patch"));
        }
        String validation = query.text("fieldValidation");
        FieldValidation chosen = switch (validation) {
            case "", "Warn" -> FieldValidation.WARN;
            case "Ignore" -> FieldValidation.IGNORE;
            case "Strict" -> FieldValidation.STRICT;
            default -> {
                errors.add(FieldError.notSupported(
                        "fieldValidation", quoted(validation), List.of("", "Ignore", "Strict", "Warn")));
                yield FieldValidation.WARN;
            }
        };
        if (!errors.isEmpty()) {
            throw Statuses.invalidOptions(optionsKind, errors);
        }
        return new WriteOptions(dryRun, chosen);
    }

    static boolean dryRun(List<String> values, List<FieldError> errors) {
        if (values.stream().anyMatch(value -> !value.equals("All"))) {
            String all = values.stream().limit(16).map(FieldError::quoted).collect(Collectors.joining(",", "[", "]"));
            errors.add(FieldError.notSupported("dryRun", all, List.of("All")));
        }
        return !values.isEmpty();
    }

    private static boolean printable(int c) {
        return c >= 0x20 && c != 0x7f && !Character.isISOControl(c) && Character.isDefined(c);
    }
}
