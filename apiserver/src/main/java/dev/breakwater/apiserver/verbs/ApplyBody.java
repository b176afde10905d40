package dev.breakwater.apiserver.verbs;

import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.Findings;
import dev.breakwater.apiserver.intake.Incoming;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.segment.PlainSplice;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is applied. The media type says YAML and nearly every client sends JSON, which is YAML too: what begins with a brace is
 * read as JSON, as it comes, and as YAML only if it is none.
 */
final class ApplyBody {
    /** Longer bodies that begin with a brace are JSON or nothing: they are not kept for a second reading. */
    private static final int KEPT = 256 * 1024;

    /** Longer than what an annotation can hold. */
    private static final int LONGEST_SHORT = 256 * 1024;

    private ApplyBody() {}

    static Incoming read(Registry registry, Call call) throws IOException {
        HttpServletRequest http = call.request().http();
        InputStream body = new TimedBody(http);
        long length = http.getContentLengthLong();
        if (length > registry.intake().limit()) {
            throw Statuses.requestEntityTooLarge(registry.intake().limit());
        }
        try (ByteBudget.Share share = registry.intake().open()) {
            ByteBuilder start = start(body, length, share);
            boolean whole = start.length() < KEPT;
            int from = 0;
            while (from < start.length() && start.array()[from] <= ' ') {
                from++;
            }
            boolean json = from < start.length() && start.array()[from] == '{';
            if (json) {
                try {
                    return registry.intake().read(call.schema(), again(start, body), length);
                } catch (MalformedException e) {
                    if (!whole) {
                        throw undecodable(e);
                    }
                }
            }
            return Bodies.yaml(registry, call, again(start, body), length);
        } catch (MalformedException | IllegalArgumentException e) {
            throw undecodable(e);
        }
    }

    private static RuntimeException undecodable(Exception e) {
        return Statuses.badRequest("error decoding YAML: " + e.getMessage());
    }

    private static ByteBuilder start(InputStream body, long length, ByteBudget.Share share) throws IOException {
        int most = length >= 0 ? (int) Math.min(length, KEPT) : KEPT;
        ByteBuilder start = new ByteBuilder(0, share);
        byte[] buffer = new byte[8 * 1024];
        while (start.length() < most) {
            int count = body.read(buffer, 0, Math.min(buffer.length, most - start.length()));
            if (count < 0) {
                break;
            }
            start.append(buffer, 0, count);
        }
        return start;
    }

    private static InputStream again(ByteBuilder start, InputStream rest) {
        return new SequenceInputStream(new ByteArrayInputStream(start.array(), 0, start.length()), rest);
    }

    /** What is wrong within the bulk; of the rest only the merged object is judged, which may have what is missing here. */
    static List<FieldError> errorsInBulk(Call call, Findings findings) {
        String bulk = String.join(".", call.kind().bulkPath());
        return Bodies.errors(call, findings).stream()
                .filter(error -> error.field().startsWith(bulk)
                        && error.field().length() > bulk.length()
                        && ".[".indexOf(error.field().charAt(bulk.length())) >= 0)
                .toList();
    }

    /** Canonical text of a bulk that may stand in an annotation: empty without a bulk, {@code null} of a longer one. */
    static byte @Nullable [] shortBulk(Registry registry, Bulk.@Nullable Provided bulk) {
        if (bulk == null) {
            return new byte[0];
        }
        if (bulk.length() > LONGEST_SHORT) {
            return null;
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream((int) bulk.length());
        try (PlainSplice splice = new PlainSplice(registry.pool(), text);
                Bulk.Chunks chunks = bulk.chunks().open()) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                splice.chunk(chunk);
            }
            splice.endChunks(bulk.crc(), bulk.length());
            return text.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("the bulk that was read cannot be read again", e);
        }
    }
}
