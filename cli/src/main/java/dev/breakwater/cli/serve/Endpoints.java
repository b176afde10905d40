package dev.breakwater.cli.serve;

import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.resources.ResourceSettings;
import dev.breakwater.apiserver.resources.Resources;
import dev.breakwater.storage.ReportStore;
import java.security.SecureRandom;
import java.time.InstantSource;

/** Joins the data plane to the edge. */
public final class Endpoints {
    private Endpoints() {}

    /** Lives as long as the process. */
    public static ResourceEndpoint create(KindTable kinds, ReportStore store, Room room, ShutdownSignal shutdown) {
        return new Resources(
                kinds, store, ResourceSettings.defaults(), room, InstantSource.system(), new SecureRandom(), shutdown);
    }
}
