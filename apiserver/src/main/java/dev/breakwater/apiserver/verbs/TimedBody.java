package dev.breakwater.apiserver.verbs;

import dev.breakwater.apiserver.request.Deadline;
import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;

/** A body that must come before the request's deadline: byte by byte it would hold its memory for hours. */
final class TimedBody extends FilterInputStream {
    private final Deadline deadline;

    TimedBody(HttpServletRequest http) throws IOException {
        super(http.getInputStream());
        this.deadline = Deadline.of(http);
    }

    @Override
    public int read() throws IOException {
        deadline.check();
        return super.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        deadline.check();
        return super.read(into, offset, length);
    }
}
