package dev.breakwater.controller.checksource;

import java.util.Arrays;
import java.util.Optional;

/**
 * Something that keeps a check, a policy or all of a source from doing its work.
 *
 * @param subject what it is about, for example {@code team.yaml check TEAM-1}; one problem of a type per subject
 * @param message one sentence for the author
 */
public record Problem(Type type, String subject, String message) {
    /** Longest message that is kept: it is stored in an object and shown in a terminal. */
    private static final int MESSAGE_LIMIT = 700;

    public Problem {
        message = message.length() <= MESSAGE_LIMIT ? message : message.substring(0, MESSAGE_LIMIT) + "...";
    }

    /** What a problem is, and the reasons of the Events that tell of it and of its end. */
    public enum Type {
        /** It cannot be used: it does not parse or compile, or its id is taken. */
        BROKEN("Broken", "CheckBroken", "CheckUsable"),
        /** It can be used, but its evaluation fails on some objects. */
        UNDECIDED("Undecided", "CheckUndecided", "CheckDecided"),
        /** The source could not be fetched; what was fetched before stays in force. */
        NOT_FETCHED("NotFetched", "ChecksNotFetched", "ChecksFetched"),
        /** The policies of the source could not be run; reports are made without them. */
        NOT_RUN("NotRun", "PoliciesNotRun", "PoliciesRun");

        private final String word;
        private final String reason;
        private final String recovery;

        Type(String word, String reason, String recovery) {
            this.word = word;
            this.reason = reason;
            this.recovery = recovery;
        }

        /** As it stands in {@code status.problems[].type}. */
        String word() {
            return word;
        }

        String reason() {
            return reason;
        }

        String recovery() {
            return recovery;
        }

        static Optional<Type> of(String word) {
            return Arrays.stream(values())
                    .filter(type -> type.word.equals(word))
                    .findFirst();
        }
    }

    /** Whether both are about the same, in other words perhaps. */
    boolean isAboutTheSameAs(Problem other) {
        return type == other.type && subject.equals(other.subject);
    }
}
