package dev.breakwater.controller.nodes;

import java.util.List;
import java.util.Optional;

/**
 * A process's arguments, the program first.
 *
 * @param contained whether the process runs in a container: the files that it names are the container's, and a pod tells its arguments
 */
record CommandLine(List<String> arguments, boolean contained) {
    static final CommandLine NONE = new CommandLine(List.of(), false);

    boolean runs() {
        return !arguments.isEmpty();
    }

    /** Whether this is the program: by its file name, or as a part of a program of several, such as {@code hyperkube kubelet --config=...}. */
    boolean runs(String program) {
        if (arguments.isEmpty()) {
            return false;
        }
        String path = arguments.getFirst();
        boolean isPart = arguments.size() > 2
                && arguments.get(1).equals(program)
                // Not `man kubelet`.
                && arguments.get(2).startsWith("--");
        return path.substring(path.lastIndexOf('/') + 1).equals(program) || isPart;
    }

    /** The value of {@code --flag=value} or {@code --flag value}; {@code true} for a flag that stands alone. The last one wins, as for the program. */
    Optional<String> flag(String flag) {
        Optional<String> found = Optional.empty();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(flag + "=")) {
                found = Optional.of(argument.substring(flag.length() + 1));
            } else if (argument.equals(flag)) {
                boolean alone =
                        i + 1 == arguments.size() || arguments.get(i + 1).startsWith("-");
                found = Optional.of(alone ? "true" : arguments.get(i + 1));
            }
        }
        return found;
    }
}
