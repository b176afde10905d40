package dev.breakwater.cli.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.Writer;

/** One line of JSON per object, in input order: {@code {"kind","namespace","name","failed":[{"id","severity","message"}],"errors":[id],"judged":bool}}. */
final class JsonLinesOutput implements AuditOutput {
    private final JsonGenerator json;

    JsonLinesOutput(Writer out) throws IOException {
        this.json = new JsonFactory().createGenerator(out).setRootValueSeparator(null);
    }

    @Override
    public void begin() {}

    @Override
    public void object(Audited audited) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", audited.manifest().kind());
        json.writeStringField("namespace", audited.manifest().namespace());
        json.writeStringField("name", audited.manifest().name());
        json.writeArrayFieldStart("failed");
        for (Audited.Finding finding : audited.findings()) {
            json.writeStartObject();
            json.writeStringField("id", finding.check().id());
            json.writeStringField("severity", finding.severity().name());
            json.writeStringField("message", finding.message());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("errors");
        for (Audited.Undecided undecided : audited.undecided()) {
            json.writeString(undecided.check().id());
        }
        json.writeEndArray();
        json.writeBooleanField("judged", audited.judged());
        json.writeEndObject();
        json.writeRaw('\n');
    }

    @Override
    public void end(Totals totals) throws IOException {
        json.flush();
    }
}
