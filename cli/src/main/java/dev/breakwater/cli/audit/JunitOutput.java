package dev.breakwater.cli.audit;

import dev.breakwater.controller.checks.CheckDefinition;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** JUnit XML, which every CI system shows: an object is a test suite, each check that applies to it a test case. */
final class JunitOutput implements AuditOutput {
    private final XMLStreamWriter xml;

    JunitOutput(Writer out) throws IOException {
        try {
            this.xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void begin() throws IOException {
        write(() -> {
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuites");
            xml.writeAttribute("name", "breakwater audit");
            xml.writeCharacters("\n");
        });
    }

    @Override
    public void object(Audited audited) throws IOException {
        Map<CheckDefinition, List<String>> failed = new LinkedHashMap<>();
        for (Audited.Finding finding : audited.findings()) {
            failed.computeIfAbsent(finding.check(), ignored -> new java.util.ArrayList<>())
                    .add(finding.message());
        }
        Manifest manifest = audited.manifest();
        String suite = readable(manifest.kind() + " "
                + (manifest.namespace().isEmpty() ? "" : manifest.namespace() + "/") + manifest.name());
        write(() -> {
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", suite);
            xml.writeAttribute("file", manifest.file());
            xml.writeAttribute(
                    "tests",
                    Integer.toString(failed.size()
                            + audited.passed().size()
                            + audited.undecided().size()
                            + (audited.judged() ? 0 : 1)));
            xml.writeAttribute("skipped", audited.judged() ? "0" : "1");
            xml.writeAttribute("failures", Integer.toString(failed.size()));
            xml.writeAttribute("errors", Integer.toString(audited.undecided().size()));
            xml.writeCharacters("\n");
            for (Map.Entry<CheckDefinition, List<String>> entry : failed.entrySet()) {
                testCase(entry.getKey(), suite);
                xml.writeStartElement("failure");
                xml.writeAttribute("type", entry.getKey().severity().name());
                xml.writeAttribute("message", readable(entry.getValue().getFirst()));
                xml.writeCharacters(readable(String.join("\n", entry.getValue()) + "\n"
                        + entry.getKey().remediation()));
                xml.writeEndElement();
                xml.writeEndElement();
                xml.writeCharacters("\n");
            }
            for (Audited.Undecided undecided : audited.undecided()) {
                testCase(undecided.check(), suite);
                xml.writeStartElement("error");
                xml.writeAttribute("message", readable(undecided.reason()));
                xml.writeEndElement();
                xml.writeEndElement();
                xml.writeCharacters("\n");
            }
            if (!audited.judged()) {
                xml.writeStartElement("testcase");
                xml.writeAttribute("classname", suite);
                xml.writeAttribute("name", "not judged");
                xml.writeStartElement("skipped");
                xml.writeAttribute("message", "no check is about " + readable(manifest.kind()));
                xml.writeEndElement();
                xml.writeEndElement();
                xml.writeCharacters("\n");
            }
            for (CheckDefinition check : audited.passed()) {
                testCase(check, suite);
                xml.writeEndElement();
                xml.writeCharacters("\n");
            }
            xml.writeEndElement();
            xml.writeCharacters("\n");
        });
    }

    @Override
    public void unread(Unread unread) throws IOException {
        write(() -> {
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", readable(unread.file()));
            xml.writeAttribute("file", readable(unread.file()));
            xml.writeAttribute("tests", "1");
            xml.writeAttribute("failures", "0");
            xml.writeAttribute("errors", "1");
            xml.writeCharacters("\n");
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", readable(unread.file()));
            xml.writeAttribute("name", "can be read");
            xml.writeStartElement("error");
            xml.writeAttribute("message", readable(unread.toString()));
            xml.writeEndElement();
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeCharacters("\n");
        });
    }

    @Override
    public void end(Totals totals) throws IOException {
        write(() -> {
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.writeCharacters("\n");
            xml.flush();
        });
    }

    private void testCase(CheckDefinition check, String suite) throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", suite);
        xml.writeAttribute("name", check.id() + " " + check.title());
    }

    /** Without characters that XML 1.0 cannot hold, which manifests may well contain. */
    private static String readable(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "?");
    }

    private void write(Part part) throws IOException {
        try {
            part.write();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    private interface Part {
        void write() throws XMLStreamException;
    }
}
