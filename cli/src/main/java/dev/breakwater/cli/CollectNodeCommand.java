package dev.breakwater.cli;

import dev.breakwater.controller.nodes.NodeCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the node collector's Job runs; its output is its result. */
@Command(
        name = "collect-node",
        description = {
            "Prints facts about the node it runs on as one line of JSON: modes and owners of the files that the CIS benchmark names, and the kubelet's"
                    + " settings. Reads only. The controller runs it in a Job; audit takes its output as input."
        })
final class CollectNodeCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Option(
            names = "--root",
            paramLabel = "FOLDER",
            defaultValue = "/",
            description = "Where the node's files are mounted (default: ${DEFAULT-VALUE}).")
    Path root = Path.of("/");

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() {
        if (!Files.isDirectory(root)) {
            throw new ParameterException(
                    spec.commandLine(), "--root is '" + root + "'; allowed is a folder, where the node's files are");
        }
        spec.commandLine().getOut().println(new NodeCollector(root).collect().line());
        return 0;
    }
}
