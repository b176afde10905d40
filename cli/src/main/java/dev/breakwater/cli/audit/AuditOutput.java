package dev.breakwater.cli.audit;

import java.io.IOException;

/** A form in which results are written, object by object as they come. */
interface AuditOutput {
    void begin() throws IOException;

    void object(Audited audited) throws IOException;

    /** What could not be audited; people are told on standard error, too. */
    default void unread(Unread unread) throws IOException {}

    void end(Totals totals) throws IOException;
}
