package dev.breakwater.cli.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Text in any encoding that YAML allows, told by its first bytes (YAML 1.2.2, 5.2): a byte order mark, or the zeros beside the first character,
 * which always is ASCII. PowerShell writes UTF-16 when output is sent to a file.
 */
final class Encoded {
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");

    private Encoded() {}

    /**
     * The characters after the byte order mark.
     *
     * @param size of the buffer, in characters
     */
    static BufferedReader reader(InputStream in, int size) throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(in, 4);
        byte[] head = bytes.readNBytes(4);
        Form form = Form.of(head);
        bytes.unread(head, form.mark, head.length - form.mark);
        return new BufferedReader(new InputStreamReader(bytes, form.charset), size);
    }

    /** @param mark length of the byte order mark */
    private record Form(Charset charset, int mark) {
        static Form of(byte[] head) {
            int first = at(head, 0);
            int second = at(head, 1);
            int third = at(head, 2);
            int fourth = at(head, 3);
            if (first == 0 && second == 0 && third == 0xFE && fourth == 0xFF) {
                return new Form(UTF_32BE, 4);
            }
            if (first == 0 && second == 0 && third == 0 && fourth > 0) {
                return new Form(UTF_32BE, 0);
            }
            if (first == 0xFF && second == 0xFE && third == 0 && fourth == 0) {
                return new Form(UTF_32LE, 4);
            }
            if (first > 0 && second == 0 && third == 0 && fourth == 0) {
                return new Form(UTF_32LE, 0);
            }
            if (first == 0xFE && second == 0xFF) {
                return new Form(StandardCharsets.UTF_16BE, 2);
            }
            if (first == 0xFF && second == 0xFE) {
                return new Form(StandardCharsets.UTF_16LE, 2);
            }
            if (first == 0 && second > 0) {
                return new Form(StandardCharsets.UTF_16BE, 0);
            }
            if (first > 0 && second == 0) {
                return new Form(StandardCharsets.UTF_16LE, 0);
            }
            return new Form(StandardCharsets.UTF_8, first == 0xEF && second == 0xBB && third == 0xBF ? 3 : 0);
        }

        /** -1 past the end. */
        private static int at(byte[] head, int index) {
            return index < head.length ? head[index] & 0xFF : -1;
        }
    }
}
