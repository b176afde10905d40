package dev.breakwater.apiserver.fairness;

import dev.breakwater.apiserver.request.Target;
import java.util.Locale;

/** Classes of work that do not take seats from each other. */
public enum Work {
    /** One object, or a list that names one. */
    READ,
    /** A collection: seconds of CPU, and as long as its reader takes. */
    LIST,
    /** Waits for a commit most of its time. */
    WRITE,
    /** Held open for minutes, idle nearly always. */
    WATCH,
    /** The collection that a watch begins with, sent by a thread that waits cheaply. */
    SNAPSHOT;

    static Work of(Target.Resource target) {
        return switch (target.verb()) {
            case "get" -> READ;
            case "list" -> target.name() == null ? LIST : READ;
            case "deletecollection" -> LIST;
            case "watch" -> WATCH;
            default -> WRITE;
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
