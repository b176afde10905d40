package dev.breakwater.yaml;

/** A text that is not YAML, or YAML that is not read. The message names file and line and repeats no value. */
public final class UnreadableYaml extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnreadableYaml(String name, int line, String problem) {
        super(name + ":" + line + " is not YAML that can be used: " + problem);
    }
}
