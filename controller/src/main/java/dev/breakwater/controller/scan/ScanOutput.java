package dev.breakwater.controller.scan;

import dev.breakwater.controller.reports.Spool;
import java.io.IOException;

/** What a scan Job left in its log. */
sealed interface ScanOutput {
    /** Both results, whole: length and checksum are what the Job said. The caller closes it. */
    record Complete(Spool report, Spool sbom) implements ScanOutput, AutoCloseable {
        @Override
        public void close() throws IOException {
            report.close();
            sbom.close();
        }
    }

    record Broken(ScanFailure failure) implements ScanOutput {}
}
