package dev.breakwater.controller.checks.expression;

import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelProtoAbstractSyntaxTree;
import dev.cel.expr.CheckedExpr;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Expressions that were parsed and checked when the program was built, by their text: CEL's own CheckedExpr, which is made for being kept. What is not
 * in here is parsed as ever.
 */
public final class CheckedExpressions {
    /** Beside the checks; written by the build. */
    public static final String RESOURCE = "/checks/built-in.expressions";

    private final Map<String, byte[]> byText;

    private CheckedExpressions(Map<String, byte[]> byText) {
        this.byText = byText;
    }

    static CheckedExpressions none() {
        return new CheckedExpressions(Map.of());
    }

    /** Those of this build; none when it runs from classes that the build has not finished. */
    static CheckedExpressions ofBuild() {
        try (InputStream in = CheckedExpressions.class.getResourceAsStream(RESOURCE)) {
            return in == null ? none() : new CheckedExpressions(read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " of this build is not readable", e);
        }
    }

    Optional<CelAbstractSyntaxTree> of(String text) {
        byte[] bytes = byText.get(text);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            CheckedExpr expression = CheckedExpr.parseFrom(bytes, ExtensionRegistry.getEmptyRegistry());
            return Optional.of(
                    CelProtoAbstractSyntaxTree.fromCheckedExpr(expression).getAst());
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(RESOURCE + " of this build is broken", e);
        }
    }

    static byte[] bytes(CelAbstractSyntaxTree tree) {
        return CelProtoAbstractSyntaxTree.fromCelAst(tree).toCheckedExpr().toByteArray();
    }

    /** @param packed by text, each as {@link Expressions#pack} gave it */
    public static void write(OutputStream to, Map<String, byte[]> packed) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        for (Map.Entry<String, byte[]> entry : packed.entrySet()) {
            byte[] text = entry.getKey().getBytes(StandardCharsets.UTF_8);
            out.writeInt(text.length);
            out.write(text);
            out.writeInt(entry.getValue().length);
            out.write(entry.getValue());
        }
        out.flush();
    }

    /** What {@link #write} wrote. */
    public static Map<String, byte[]> read(InputStream from) throws IOException {
        Map<String, byte[]> packed = new HashMap<>();
        DataInputStream in = new DataInputStream(new BufferedInputStream(from, 1 << 16));
        while (true) {
            int length;
            try {
                length = in.readInt();
            } catch (EOFException end) {
                return packed;
            }
            String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            packed.put(text, in.readNBytes(in.readInt()));
        }
    }
}
