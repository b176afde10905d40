package dev.breakwater.yaml;

/** A text that is not YAML, or YAML that is not read. The message names file and line and repeats no value. */
public final class UnreadableYaml extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String problem;

    UnreadableYaml(String name, int line, String problem) {
        super(name + ":" + line + " is not YAML that can be used: " + problem);
        this.line = line;
        this.problem = problem;
    }

    /** Counted from 1. */
    public int line() {
        return line;
    }

    /** In words, without file and line. */
    public String problem() {
        return problem;
    }
}
