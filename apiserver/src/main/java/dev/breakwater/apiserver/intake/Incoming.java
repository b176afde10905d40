package dev.breakwater.apiserver.intake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.storage.Bulk;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a body held. Close it after the write was answered: the bulk's bytes belong to it.
 *
 * @param head everything but the bulk
 * @param remembered whether the bulk was read before: opening its chunks then reads it again
 * @param memory what the request has taken so far, for what else it needs
 * @param bulk {@code null} if the body had none of the right type; what else stood in its place is in the head
 */
public record Incoming(
        ObjectNode head,
        Bulk.@Nullable Provided bulk,
        boolean remembered,
        Findings findings,
        ByteBudget.Share memory,
        List<AutoCloseable> held)
        implements AutoCloseable {
    @Override
    public void close() throws IOException {
        closeAll(held);
    }

    static void closeAll(List<AutoCloseable> held) throws IOException {
        IOException failure = null;
        for (AutoCloseable one : held) {
            try {
                one.close();
            } catch (IOException e) {
                failure = e;
            } catch (Exception e) {
                failure = new IOException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
