package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the few bytes of an answer that the next request depends on, without parsing a report. */
public final class ObjectHead {
    /** Enough for the metadata of a report, which comes first in every server's answer. */
    private static final int MOST = 32 * 1024;

    private static final byte[] METADATA = "\"metadata\":{".getBytes(UTF_8);
    private static final Pattern CONTINUE = Pattern.compile("\"continue\":\"([^\"]+)\"");

    private ObjectHead() {}

    /** The object's {@code metadata}, byte for byte. */
    public static byte[] metadata(Answer answer) {
        byte[] json = answer.decoded(MOST);
        int start = indexOf(json, METADATA) + METADATA.length - 1;
        int depth = 0;
        boolean text = false;
        for (int i = start; i < json.length; i++) {
            switch (json[i]) {
                case '\\' -> i++;
                case '"' -> text = !text;
                case '{' -> depth += text ? 0 : 1;
                case '}' -> depth -= text ? 0 : 1;
                default -> {}
            }
            if (depth == 0) {
                return Arrays.copyOfRange(json, start, i + 1);
            }
        }
        throw new IllegalStateException("the metadata of an answer is longer than " + MOST + " bytes");
    }

    /**
     * The token of the next page, empty on the last one. It stands before the items or behind them.
     *
     * @param answer kept whole
     */
    public static String continueToken(Answer answer) {
        byte[] json = answer.decoded(Integer.MAX_VALUE);
        String ends = new String(json, 0, Math.min(1024, json.length), UTF_8)
                + new String(json, Math.max(0, json.length - 1024), Math.min(1024, json.length), UTF_8);
        Matcher found = CONTINUE.matcher(ends);
        return found.find() ? found.group(1) : "";
    }

    /**
     * The list's version.
     *
     * @param answer a short list, kept whole
     */
    public static String resourceVersion(Answer answer) {
        try {
            return new ObjectMapper()
                    .readTree(answer.decoded(Integer.MAX_VALUE))
                    .required("metadata")
                    .required("resourceVersion")
                    .textValue();
        } catch (IOException e) {
            throw new UncheckedIOException("an answer is not JSON: " + answer.words(), e);
        }
    }

    private static int indexOf(byte[] json, byte[] wanted) {
        for (int i = 0; i + wanted.length <= json.length; i++) {
            if (Arrays.equals(json, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new IllegalStateException("an answer without metadata");
    }
}
