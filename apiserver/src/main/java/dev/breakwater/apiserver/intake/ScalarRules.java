package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.schema.SchemaNode;
import dev.breakwater.apiserver.schema.SchemaNode.Property;
import dev.breakwater.apiserver.schema.SchemaNode.Type;
import dev.breakwater.apiserver.status.FieldError;
import java.util.regex.Pattern;

/** Checks of a schema that look at one value, with the words of kube-openapi's validation. */
final class ScalarRules {
    private static final Pattern DATE_TIME = Pattern.compile(
            "\\d{4,}-(0[1-9]|1[012])-(0[1-9]|[12]\\d|3[01])[Tt]([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)");

    /** Longest text that a pattern is tried on: no time, and no pattern of a schema, takes more. */
    private static final int LONGEST_MATCHED = 512;

    private ScalarRules() {}

    static void wrongType(Findings findings, FieldPath path, SchemaNode schema, String found) {
        if (findings.enough() && (findings.ofMetadata() != null || !path.inMetadata())) {
            findings.oneMore();
            return;
        }
        Type wanted = schema.type();
        String field = path.toString();
        String quoted = FieldError.quoted(found);
        findings.error(FieldError.typeInvalid(
                field,
                quoted,
                field + " in body must be of type " + (wanted == null ? "" : wanted.word()) + ": " + quoted));
    }

    static void missing(Findings findings, FieldPath path, SchemaNode schema, long missing) {
        for (Property property : schema.requiredProperties()) {
            if ((property.bit() & missing) != 0 && findings.enough()) {
                findings.oneMore();
            } else if ((property.bit() & missing) != 0) {
                findings.error(FieldError.required(path.child(property.name()), ""));
            }
        }
    }

    /** @param from first byte of the canonical text inside its quotes */
    static void text(Findings findings, FieldPath path, SchemaNode schema, ByteBuilder out, int from, int to) {
        boolean allowed = schema.allowsWord(out.array(), from, to);
        Pattern pattern = schema.pattern();
        boolean longer = to - from > LONGEST_MATCHED;
        String text = longer || pattern == null && !schema.dateTime() ? "" : StringBytes.decode(out.array(), from, to);
        boolean matches = pattern == null || !longer && pattern.matcher(text).find();
        boolean time = !schema.dateTime() || !longer && DATE_TIME.matcher(text).matches();
        if (allowed && matches && time) {
            return;
        }
        if (findings.enough()) {
            findings.oneMore();
            return;
        }
        String field = path.toString();
        String quoted = FieldError.quoted(StringBytes.decode(out.array(), from, to));
        if (!allowed) {
            findings.error(FieldError.notSupported(field, quoted, schema.words()));
        }
        if (!matches && pattern != null) {
            findings.error(
                    FieldError.invalid(field, quoted, field + " in body should match '" + pattern.pattern() + "'"));
        }
        if (!time) {
            findings.error(
                    FieldError.typeInvalid(field, quoted, field + " in body must be of type date-time: " + quoted));
        }
    }

    /** The canonical number is the last thing in {@code out}. */
    static void number(Findings findings, FieldPath path, SchemaNode schema, ByteBuilder out, int from) {
        Type wanted = schema.type();
        if (wanted == null) {
            return;
        }
        boolean integer = true;
        byte[] bytes = out.array();
        for (int i = from; i < out.length(); i++) {
            if (bytes[i] == '.' || bytes[i] == 'e') {
                integer = false;
            }
        }
        if (wanted != Type.NUMBER && !(wanted == Type.INTEGER && integer)) {
            wrongType(findings, path, schema, integer ? "integer" : "number");
            return;
        }
        if (schema.minimum() > Double.NEGATIVE_INFINITY || schema.maximum() < Double.POSITIVE_INFINITY) {
            bounds(findings, path, schema, out, from);
        }
    }

    private static void bounds(Findings findings, FieldPath path, SchemaNode schema, ByteBuilder out, int from) {
        byte[] bytes = out.array();
        if (bytes[from] != '-' && schema.minimum() <= 0 && schema.maximum() == Double.POSITIVE_INFINITY) {
            return;
        }
        String text = new String(bytes, from, out.length() - from, java.nio.charset.StandardCharsets.US_ASCII);
        double value = Double.parseDouble(text);
        if (value >= schema.minimum() && value <= schema.maximum()) {
            return;
        }
        if (findings.enough()) {
            findings.oneMore();
            return;
        }
        String field = path.toString();
        if (value < schema.minimum()) {
            findings.error(FieldError.invalid(
                    field, text, field + " in body should be greater than or equal to " + (long) schema.minimum()));
        }
        if (value > schema.maximum()) {
            findings.error(FieldError.invalid(
                    field, text, field + " in body should be less than or equal to " + (long) schema.maximum()));
        }
    }
}
