package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.memory.Room;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches fill the memory that requests share, and end cleanly where a write needs some of it. */
class WatchesGiveWayTest {
    private static final int ROOM = 2 << 20;
    private static final int WATCHES = ROOM / (7 << 10);

    @TempDir
    Path folder;

    @Test
    void aLargeReportEndsTheYoungestWatchesAndTheOthersHearOfIt() {
        try (Api api = Api.within(folder, new Room(ROOM))) {
            String from = api.get(NAMESPACE).version();
            List<WatchStream> watches = new ArrayList<>();
            for (int i = 0; i < WATCHES; i++) {
                watches.add(api.watch(NAMESPACE + "?watch=true&resourceVersion=" + from));
                assertThat(watches.getLast().response.statusCode()).isEqualTo(200);
            }

            ObjectNode large = Api.report("large");
            large.withObject("metadata").withObject("annotations").put("text", "x".repeat(200_000));
            assertThat(api.post(NAMESPACE, large).code()).isEqualTo(201);

            watches.getLast().expectEnd();
            assertThat(watches.getFirst().brief()).isEqualTo("ADDED large");
            // There is room again for those who come back.
            try (WatchStream again = api.watch(NAMESPACE + "?watch=true&resourceVersion=" + from)) {
                assertThat(again.brief()).isEqualTo("ADDED large");
            }
        }
    }
}
