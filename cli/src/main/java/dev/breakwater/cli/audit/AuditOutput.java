package dev.breakwater.cli.audit;

import java.io.IOException;

/** A form in which results are written, object by object as they come. */
interface AuditOutput {
    void begin() throws IOException;

    void object(Audited audited) throws IOException;

    void end(Totals totals) throws IOException;
}
