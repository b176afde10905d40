package dev.breakwater.apiserver.options;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Options of create, update and patch.
 *
 * @param dryRun everything is done but storing
 * @param manager who the fields will belong to; never empty
 * @param force whether an apply takes fields that others own
 */
public record WriteOptions(boolean dryRun, FieldValidation fieldValidation, String manager, boolean force) {
    /** What to do about unknown and duplicate fields. */
    public enum FieldValidation {
        IGNORE,
        WARN,
        STRICT
    }

    private static final int LONGEST_MANAGER = 128;

    /**
     * @param optionsKind such as {@code CreateOptions}
     * @param userAgent whose beginning names the manager where {@code fieldManager} does not
     * @throws dev.breakwater.apiserver.status.StatusException 422 for values that are not allowed
     */
    public static WriteOptions of(Query query, String optionsKind, @Nullable String userAgent) {
        List<FieldError> errors = new ArrayList<>();
        if (query.has("force") && optionsKind.equals("PatchOptions")) {
            errors.add(FieldError.forbidden("force", "may not be specified for non-apply patch"));
        }
        String named = query.text("fieldManager");
        return read(query, optionsKind, named.isEmpty() ? ofAgent(userAgent) : named, false, errors);
    }

    /** Options of an apply, which must name its manager. */
    public static WriteOptions ofApply(Query query) {
        List<FieldError> errors = new ArrayList<>();
        if (query.text("fieldManager").isEmpty()) {
            errors.add(FieldError.required("fieldManager", "is required for apply patch"));
        }
        boolean force = query.has("force") && query.flag("force");
        return read(query, "PatchOptions", query.text("fieldManager"), force, errors);
    }

    /** The program's name: what stands before the first slash, as far as it can be printed. */
    private static String ofAgent(@Nullable String userAgent) {
        String agent = userAgent == null ? "" : userAgent;
        int slash = agent.indexOf('/');
        StringBuilder manager = new StringBuilder();
        int[] length = {0};
        (slash < 0 ? agent : agent.substring(0, slash))
                .codePoints()
                .filter(WriteOptions::printable)
                .takeWhile(c -> (length[0] += utf8Length(Character.toString(c))) <= LONGEST_MANAGER)
                .forEach(manager::appendCodePoint);
        return manager.isEmpty() ? "unknown" : manager.toString();
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static WriteOptions read(
            Query query, String optionsKind, String manager, boolean force, List<FieldError> errors) {
        if (utf8Length(manager) > LONGEST_MANAGER) {
            errors.add(FieldError.tooLong("fieldManager", LONGEST_MANAGER));
        } else {
            manager.codePoints()
                    .filter(c -> !printable(c))
                    .forEach(c -> errors.add(FieldError.invalid(
                            "fieldManager",
                            quoted(manager),
                            "invalid character %s (at position %d)"
                                    .formatted(
                                            "U+%04X".formatted(c),
                                            utf8Length(
                                                    manager.substring(0, manager.indexOf(Character.toString(c))))))));
        }
        boolean dryRun = dryRun(query.all("dryRun"), errors);
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
        return new WriteOptions(dryRun, chosen, manager, force);
    }

    static boolean dryRun(List<String> values, List<FieldError> errors) {
        if (values.stream().anyMatch(value -> !value.equals("All"))) {
            String all = values.stream().limit(16).map(FieldError::quoted).collect(Collectors.joining(",", "[", "]"));
            errors.add(FieldError.notSupported("dryRun", all, List.of("All")));
        }
        return !values.isEmpty();
    }

    /** As Go's unicode.IsPrint: of the blanks only the space. */
    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
