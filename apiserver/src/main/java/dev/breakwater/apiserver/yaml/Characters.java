package dev.breakwater.apiserver.yaml;

import dev.breakwater.apiserver.status.Statuses;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The characters of a body while its bytes come. The YAML reader gathers a whole scalar, or a comment, before it says anything: so
 * what it takes in between is counted here.
 */
final class Characters extends Reader {
    /** Most characters between two events. Annotations together have half of it. */
    static final int LONGEST_SCALAR = 512 * 1024;

    private final Reader in;
    private int sinceEvent;

    /** @param limit most bytes of the body */
    Characters(InputStream body, int limit) {
        this.in = new InputStreamReader(
                new Limited(body, limit),
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    void beginScalar() {
        sinceEvent = 0;
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
        int count = in.read(into, offset, length);
        sinceEvent += Math.max(count, 0);
        if (sinceEvent > LONGEST_SCALAR) {
            throw Statuses.requestEntityTooLarge(
                    "one scalar or comment of the YAML is longer than " + LONGEST_SCALAR + " characters; send JSON");
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static final class Limited extends FilterInputStream {
        private final int limit;
        private int left;

        Limited(InputStream body, int limit) {
            super(body);
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            left -= Math.max(count, 0);
            if (left < 0) {
                throw Statuses.requestEntityTooLarge(limit);
            }
            return count;
        }
    }
}
