package dev.breakwater.controller.compliance;

import dev.breakwater.controller.kube.KubeApi;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Compiles the built-in frameworks from the reports that are there, once: for demonstrations, where no cluster calls for it. */
public final class ComplianceOnce {
    private final KubeApi api;
    private final ComplianceSettings settings;

    public ComplianceOnce(KubeApi api, ComplianceSettings settings) {
        this.api = api;
        this.settings = settings;
    }

    /**
     * Creates those that are missing and writes the status of all.
     *
     * @param checks that the reports were made with
     * @param presence of objects that no check has a finding on
     * @return how many
     */
    public int write(CurrentChecks checks, ObjectPresence presence, Instant now) throws IOException {
        new BuiltInReports(api).ensure(settings.frameworks());
        List<ComplianceSpec> specs = new ArrayList<>();
        for (String name : settings.frameworks()) {
            specs.add(spec(name));
        }
        Compilation compilation = new Compilation(specs, checks, settings.deviations(), settings.entryLimit());
        compilation.read(new ReportPages(api));
        ComplianceStatus status = new ComplianceStatus(api);
        for (int i = 0; i < specs.size(); i++) {
            status.write(settings.frameworks().get(i), compilation.status(specs.get(i), presence), now);
        }
        return specs.size();
    }

    private static ComplianceSpec spec(String framework) {
        try {
            return ComplianceSpec.parse(Frameworks.manifest(framework).path("spec"));
        } catch (InvalidSpec e) {
            throw new IllegalStateException("the built-in framework " + framework + " is broken", e);
        }
    }
}
