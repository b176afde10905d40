package dev.breakwater.apiserver.standalone;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the reviews that kubectl sends in Kubernetes' protobuf form: four magic bytes, an envelope whose field 2 holds the object,
 * in which field 2 is the spec. It sends nothing else that way to us, and takes JSON for an answer, so that this little is enough.
 * Field numbers are those of {@code k8s.io/api/authorization/v1/generated.proto}.
 */
final class ProtobufReview {
    static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final List<String> RESOURCE_ATTRIBUTES =
            List.of("namespace", "verb", "group", "version", "resource", "subresource", "name");
    private static final List<String> PATH_ATTRIBUTES = List.of("path", "verb");
    private static final int LENGTH_DELIMITED = 2;
    private static final int HIGHEST_FIELD = 15;

    private ProtobufReview() {}

    /**
     * The review as JSON would have it.
     *
     * @param resource which kind of review it is, as in the path
     * @throws IllegalArgumentException when the bytes are not that
     */
    static ObjectNode decode(String resource, byte[] bytes) {
        if (bytes.length < MAGIC.length || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IllegalArgumentException("it does not begin with the magic bytes k8s");
        }
        Map<Integer, byte[]> envelope = fields(Arrays.copyOfRange(bytes, MAGIC.length, bytes.length));
        Map<Integer, byte[]> object = fields(in(envelope, 2));
        // A SelfSubjectReview has a status there and nothing to say.
        Map<Integer, byte[]> spec = resource.equals("selfsubjectreviews") ? Map.of() : fields(in(object, 2));
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        ObjectNode node = review.putObject("spec");
        switch (resource) {
            case "selfsubjectaccessreviews" -> {
                if (spec.containsKey(1)) {
                    copy(fields(in(spec, 1)), RESOURCE_ATTRIBUTES, node.putObject("resourceAttributes"));
                }
                if (spec.containsKey(2)) {
                    copy(fields(in(spec, 2)), PATH_ATTRIBUTES, node.putObject("nonResourceAttributes"));
                }
            }
            case "selfsubjectrulesreviews" -> node.put("namespace", text(in(spec, 1)));
            default -> {}
        }
        return review;
    }

    private static void copy(Map<Integer, byte[]> fields, List<String> names, ObjectNode node) {
        for (int i = 0; i < names.size(); i++) {
            byte[] value = in(fields, i + 1);
            if (value.length > 0) {
                node.put(names.get(i), text(value));
            }
        }
    }

    private static byte[] in(Map<Integer, byte[]> fields, int number) {
        return fields.getOrDefault(number, new byte[0]);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The length-delimited fields of a message by number; others are passed over. */
    private static Map<Integer, byte[]> fields(byte[] message) {
        Map<Integer, byte[]> fields = new LinkedHashMap<>();
        int[] at = {0};
        while (at[0] < message.length) {
            long tag = number(message, at);
            int type = (int) (tag & 7);
            switch (type) {
                case 0 -> number(message, at);
                case 1 -> at[0] += 8;
                case 5 -> at[0] += 4;
                case LENGTH_DELIMITED -> {
                    long length = number(message, at);
                    if (length < 0 || length > message.length - at[0]) {
                        throw new IllegalArgumentException("a field is longer than the message");
                    }
                    if (tag >>> 3 > HIGHEST_FIELD) {
                        at[0] += (int) length;
                        continue;
                    }
                    fields.put((int) (tag >>> 3), Arrays.copyOfRange(message, at[0], at[0] + (int) length));
                    at[0] += (int) length;
                }
                default -> throw new IllegalArgumentException("a field has the unknown wire type " + type);
            }
        }
        return fields;
    }

    private static long number(byte[] message, int[] at) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at[0] >= message.length) {
                throw new IllegalArgumentException("the message ends within a number");
            }
            byte b = message[at[0]++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is longer than 64 bits");
    }
}
