package dev.breakwater.controller.scan;

import dev.breakwater.controller.reports.ReportContent;
import java.io.IOException;
import java.util.List;

/** How a scan ended. */
public sealed interface ScanResult {
    /**
     * One content for each kind of report. The caller closes it.
     *
     * @param omissions what of the result could not be taken, in words; empty where all was
     */
    record Succeeded(List<ReportContent> contents, String omissions) implements ScanResult, AutoCloseable {
        @Override
        public void close() throws IOException {
            for (ReportContent content : contents) {
                content.close();
            }
        }
    }

    record Failed(ScanFailure failure) implements ScanResult {}
}
