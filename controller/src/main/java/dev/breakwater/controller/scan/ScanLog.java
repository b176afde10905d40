package dev.breakwater.controller.scan;

import dev.breakwater.controller.reports.Spool;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log of a Job (its shape: {@link ScanScript}) as it arrives, into files, never more than the limit. Either every part is whole or there is a
 * reason; there is no partial result.
 */
public final class ScanLog {
    /** Longest control line that is read; a longer one is noise. */
    private static final int CONTROL_LIMIT = 256;

    private final BufferedInputStream in;
    private final long limit;
    private final Path folder;
    private final Set<String> wanted;
    private final Map<String, Spool> parts = new HashMap<>();
    private long bytesSeen;

    private ScanLog(InputStream in, long limit, Path folder, Set<String> wanted) {
        this.wanted = wanted;
        this.in = new BufferedInputStream(in, 64 * 1024);
        this.limit = limit;
        this.folder = folder;
    }

    /**
     * @param limit bytes of each result after decompression
     * @param folder for the results
     * @param wanted names of the parts; another one makes the log a broken one
     * @throws IOException where the log itself cannot be read; what it says wrongly is a {@link ScanOutput.Broken}
     */
    public static ScanOutput read(InputStream log, long limit, Path folder, Set<String> wanted) throws IOException {
        ScanLog reader = new ScanLog(log, limit, folder, wanted);
        boolean whole = false;
        try {
            ScanFailure failure = reader.readParts();
            if (failure == null && !reader.parts.keySet().equals(wanted)) {
                failure = reader.cut("it ends without a result");
            }
            if (failure != null) {
                return new ScanOutput.Broken(failure);
            }
            whole = true;
            return new ScanOutput.Complete(Map.copyOf(reader.parts));
        } finally {
            if (!whole) {
                for (Spool part : reader.parts.values()) {
                    part.close();
                }
            }
        }
    }

    private @Nullable ScanFailure readParts() throws IOException {
        String line;
        while ((line = nextControlLine()) != null) {
            if (line.equals(ScanScript.DONE)) {
                return null;
            }
            if (line.startsWith(ScanScript.LARGE)) {
                return new ScanFailure(
                        FailureReason.OUTPUT_TOO_LARGE,
                        "the result has " + line.substring(line.lastIndexOf(' ') + 1) + " bytes; " + limit
                                + " are allowed (jobs.maxResultBytes)");
            }
            if (line.startsWith(ScanScript.BEGIN)) {
                ScanFailure failure = readPart(line.substring(ScanScript.BEGIN.length()));
                if (failure != null) {
                    return failure;
                }
            } else {
                return cut("it does not begin with a result");
            }
        }
        return bytesSeen == 0
                ? new ScanFailure(FailureReason.OUTPUT_EMPTY, "the scanner ended without an error and without a result")
                : cut("its last line is missing");
    }

    private @Nullable ScanFailure readPart(String part) throws IOException {
        if (!wanted.contains(part) || parts.containsKey(part)) {
            return cut("it has an unexpected part");
        }
        Spool spool = Spool.in(folder);
        parts.put(part, spool);
        MessageDigest digest = sha256();
        long length = 0;
        Base64Lines encoded = new Base64Lines();
        try (OutputStream out = spool.write();
                InputStream raw = new GZIPInputStream(Base64.getDecoder().wrap(encoded), 64 * 1024)) {
            byte[] buffer = new byte[64 * 1024];
            int count;
            while ((count = raw.read(buffer)) > 0) {
                length += count;
                if (length > limit) {
                    return new ScanFailure(
                            FailureReason.OUTPUT_TOO_LARGE,
                            "the result has more than the allowed " + limit + " bytes (jobs.maxResultBytes)");
                }
                digest.update(buffer, 0, count);
                out.write(buffer, 0, count);
            }
        } catch (BrokenLog e) {
            throw e.reason();
        } catch (IOException e) {
            return cut("result " + part + " cannot be decompressed (" + e.getMessage() + ")");
        }
        encoded.skipRest();
        String end = nextControlLine();
        if (end == null) {
            return cut("it ends inside result " + part);
        }
        String expected =
                ScanScript.END + part + " " + length + " " + HexFormat.of().formatHex(digest.digest());
        return end.equals(expected)
                ? null
                : new ScanFailure(
                        FailureReason.OUTPUT_DAMAGED,
                        "length or SHA-256 of result " + part + " is not what the scanner announced");
    }

    private ScanFailure cut(String how) {
        return new ScanFailure(FailureReason.OUTPUT_CUT, "the log of the scan is not whole: " + how);
    }

    /** The next line that is not blank, without its end; null at the end of the log. */
    private @Nullable String nextControlLine() throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        while ((next = readByte()) >= 0) {
            if (next == '\n') {
                if (!line.toString().isBlank()) {
                    break;
                }
                line.setLength(0);
            } else if (line.length() < CONTROL_LIMIT) {
                line.append((char) next);
            }
        }
        String text = line.toString().strip();
        return text.isEmpty() ? null : text;
    }

    private int readByte() throws IOException {
        try {
            int next = in.read();
            bytesSeen += next < 0 ? 0 : 1;
            return next;
        } catch (IOException e) {
            throw new BrokenLog(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The connection broke: a failure of reading, not of the scan. */
    private static final class BrokenLog extends IOException {
        private static final long serialVersionUID = 1L;
        private final IOException reason;

        BrokenLog(IOException reason) {
            super(reason);
            this.reason = reason;
        }

        IOException reason() {
            return reason;
        }
    }

    /** The Base64 text of one part: ends before the next line that begins with {@code #}, and knows no line ends. */
    private final class Base64Lines extends InputStream {
        private boolean atLineStart = true;
        private boolean ended;

        @Override
        public int read() throws IOException {
            while (!ended) {
                in.mark(1);
                int next = readByte();
                if (next < 0) {
                    ended = true;
                } else if (next == '#' && atLineStart) {
                    in.reset();
                    bytesSeen--;
                    ended = true;
                } else if (next == '\n' || next == '\r') {
                    atLineStart = true;
                } else {
                    atLineStart = false;
                    return next;
                }
            }
            return -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = 0;
            while (count < length) {
                int next = read();
                if (next < 0) {
                    break;
                }
                target[offset + count++] = (byte) next;
            }
            return count == 0 && length > 0 ? -1 : count;
        }

        /** Consumes what the decompressor left, which is nothing in a whole log. */
        void skipRest() throws IOException {
            while (read() >= 0) {
                // Passed over.
            }
        }
    }
}
