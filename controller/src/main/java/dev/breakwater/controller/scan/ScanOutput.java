package dev.breakwater.controller.scan;

import dev.breakwater.controller.reports.Spool;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/** What a Job left in its log. */
public sealed interface ScanOutput {
    /**
     * Every part, whole: length and checksum are what the Job said. The caller closes it.
     *
     * @param parts by their names
     */
    record Complete(Map<String, Spool> parts) implements ScanOutput, AutoCloseable {
        /** A part that was asked for. */
        public Spool part(String name) {
            return Objects.requireNonNull(parts.get(name), name);
        }

        @Override
        public void close() throws IOException {
            for (Spool part : parts.values()) {
                part.close();
            }
        }
    }

    record Broken(ScanFailure failure) implements ScanOutput {}
}
