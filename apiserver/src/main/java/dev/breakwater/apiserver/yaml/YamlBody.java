package dev.breakwater.apiserver.yaml;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.Breather;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.JsonStrings;
import dev.breakwater.apiserver.status.Statuses;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML as people write it by hand, as JSON text: event by event while the bytes come, so that no tree of it is ever there.
 *
 * <p>What makes much out of little is refused: aliases, merge keys, tags of the document's own. What plain scalars mean is what
 * kube-apiserver takes them for ({@link PlainScalar}). Used once.
 */
public final class YamlBody {
    /** Most bytes of a YAML body; larger ones are to come as JSON. */
    public static final int LIMIT = 3 << 20;

    /** Deepest nesting; the JSON reader behind it has the same bound. */
    private static final int DEEPEST = 500;
    /** Scalars, keys, and both ends of collections; 3 MiB of report have 150,000. The reader takes a microsecond for each. */
    private static final int MOST_EVENTS = 400_000;
    /** What the reader takes for its windows and the tokens ahead. */
    private static final int READER = 64 * 1024;
    /** How often it has the characters of the longest scalar: two bytes each, in a buffer that grows and in a string. */
    private static final int COPIES = 6;

    private final Characters characters;
    private final Parser parser;
    private final ByteBuilder json;
    private final Breather breather = new Breather();
    private int depth;
    private int events;

    private YamlBody(InputStream yaml, ByteBuilder json) {
        this.characters = new Characters(yaml, LIMIT);
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LIMIT);
        this.parser = new ParserImpl(new StreamReader(characters), options);
        this.json = json;
    }

    /**
     * The same object as JSON text; keys that occur twice still do.
     *
     * @param expected length of the body, -1 if it is not known
     * @param memory is asked for all of it
     * @throws IllegalArgumentException if it is no YAML, or has something that JSON does not have
     * @throws dev.breakwater.apiserver.status.StatusException 413 for more than {@link #LIMIT} bytes or one very long scalar
     */
    public static ByteBuilder toJson(InputStream yaml, long expected, Allowance memory) throws IOException {
        long scalar = expected < 0 ? Characters.LONGEST_SCALAR : Math.min(expected, Characters.LONGEST_SCALAR);
        memory.take(READER + COPIES * scalar + 4096);
        ByteBuilder json = new ByteBuilder(4096, memory);
        try {
            new YamlBody(yaml, json).document();
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null
                    ? ""
                    : " in line " + (e.getProblemMark().getLine() + 1);
            throw refused(shortened(String.valueOf(e.getProblem())) + where);
        } catch (YAMLException e) {
            switch (e.getCause()) {
                case CharacterCodingException notUtf8 -> throw refused("the body is not UTF-8");
                case IOException broken -> throw broken;
                case null, default -> throw refused(shortened(String.valueOf(e.getMessage())));
            }
        }
        memory.giveBack(READER + COPIES * scalar);
        return json;
    }

    private void document() {
        expect(Event.ID.StreamStart);
        if (peek(Event.ID.StreamEnd)) {
            json.appendAscii("null");
            return;
        }
        if (next() instanceof DocumentStartEvent start && !ownTags(start)) {
            value(next());
        } else {
            throw refused("the directive %TAG is not read");
        }
        expect(Event.ID.DocumentEnd);
        if (!peek(Event.ID.StreamEnd)) {
            throw refused("more than one document");
        }
    }

    /** A prefix of a megabyte would be put before the tag of each node. */
    private static boolean ownTags(DocumentStartEvent start) {
        return start.getTags() != null
                && start.getTags().entrySet().stream()
                        .anyMatch(tag ->
                                !tag.getKey().equals("!") && !tag.getKey().equals("!!")
                                        || tag.getValue().length() > 32);
    }

    private void value(Event event) {
        switch (event) {
            case ScalarEvent scalar -> PlainScalar.append(json, scalar);
            case SequenceStartEvent start -> {
                collection(start.getTag(), "tag:yaml.org,2002:seq");
                sequence();
            }
            case MappingStartEvent start -> {
                collection(start.getTag(), "tag:yaml.org,2002:map");
                mapping();
            }
            case AliasEvent alias -> throw refused("aliases (*" + shortened(alias.getAnchor()) + ") are not read");
            default -> throw refused("a value is missing");
        }
    }

    private void sequence() {
        json.append('[');
        boolean first = true;
        for (Event event = next(); !(event instanceof SequenceEndEvent); event = next()) {
            if (!first) {
                json.append(',');
            }
            first = false;
            value(event);
        }
        json.append(']');
        depth--;
    }

    private void mapping() {
        json.append('{');
        boolean first = true;
        for (Event event = next(); !(event instanceof MappingEndEvent); event = next()) {
            if (!first) {
                json.append(',');
            }
            first = false;
            if (event instanceof AliasEvent alias) {
                throw refused("aliases (*" + shortened(alias.getAnchor()) + ") are not read");
            }
            if (!(event instanceof ScalarEvent key)) {
                throw refused("a key that is no scalar");
            }
            JsonStrings.append(json, PlainScalar.key(key));
            json.append(':');
            value(next());
        }
        json.append('}');
        depth--;
    }

    private void collection(String tag, String expected) {
        if (tag != null && !tag.equals("!") && !tag.equals(expected)) {
            throw refused("the tag " + shortened(tag) + " is not read");
        }
        if (++depth > DEEPEST) {
            throw refused("exceeded max depth of " + DEEPEST);
        }
    }

    private Event next() {
        breather.steps(4);
        if (++events > MOST_EVENTS) {
            throw Statuses.requestEntityTooLarge("the YAML has more than " + MOST_EVENTS + " parts; send JSON");
        }
        characters.beginScalar();
        return parser.getEvent();
    }

    private boolean peek(Event.ID id) {
        characters.beginScalar();
        return parser.checkEvent(id);
    }

    private void expect(Event.ID id) {
        if (!next().is(id)) {
            throw refused("no YAML document");
        }
    }

    static IllegalArgumentException refused(String because) {
        return new IllegalArgumentException("error converting YAML to JSON: " + because);
    }

    private static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
