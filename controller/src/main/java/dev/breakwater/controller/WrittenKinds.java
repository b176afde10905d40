package dev.breakwater.controller;

import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.reports.ReportKind;
import java.util.ArrayList;
import java.util.List;

/** The kinds of our own API server that the controller writes, stated here because it does not know the server's table. */
public final class WrittenKinds {
    private WrittenKinds() {}

    public static List<Resource> all() {
        List<Resource> kinds = new ArrayList<>();
        for (ReportKind kind : ReportKind.values()) {
            kinds.add(kind.resource());
        }
        kinds.add(ImageScans.RESOURCE);
        return List.copyOf(kinds);
    }
}
