package dev.breakwater.controller.scan;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds the reason in Trivy's last words. Trivy has one exit code for everything, so its text is all there is; what is not recognised stays
 * {@link FailureReason#SCANNER_FAILED}, says so, and has the text in the message.
 *
 * <p>Whose trouble it is comes first: the database's mirror, the Trivy server and a service of tokens answer "not found" and "too many requests" in the
 * same words as the registry of the image.
 */
final class ScannerWords {
    /** Longest message that is kept: it is stored in an object and shown in a terminal. */
    private static final int MESSAGE_LIMIT = 700;

    /** A web page among the words: of a proxy or a login, never of a registry. What stands on it tells nobody anything. */
    private static final Pattern WEB_PAGE = Pattern.compile("(?is)<(!doctype|html|head|body)\\b.*$");

    private static final String A_WEB_PAGE = "(a web page)";

    /** What is asked for may be called anything, also {@code denied} or {@code not_found}: only whose it is counts. */
    private static final List<Part> NAMES = List.of(
            new Part("specified image \"[^\"]*\"", "specified image"),
            new Part("https?://[^\\s\"]*[?&](scope|service)=[^\\s\"]*", "@tokens"),
            new Part("https?://[^\\s\"]*/twirp/trivy\\.[^\\s\"]*", "@server"),
            new Part("https?://[^\\s\"]*/v2/[^\\s\"]*/(manifests|blobs)/[^\\s\"]*[^\\s\":]", "@content"),
            new Part("https?://[^\\s\"]*/v2/?(?=[\\s:\"])", "@registry"),
            new Part("https?://[^\\s\"]*", "@elsewhere"),
            new Part("in index \\S+|artifact from \\S+", " "),
            new Part("parse reference: .*", "parse reference"));

    private record Part(Pattern words, String stand) {
        Part(String words, String stand) {
            this(Pattern.compile(words), stand);
        }
    }

    private record Sign(FailureReason reason, Pattern words) {
        Sign(FailureReason reason, String words) {
            this(reason, Pattern.compile(words, Pattern.CASE_INSENSITIVE));
        }
    }

    /** In this order: who is meant before what was answered, and the more telling sign first. */
    private static final List<Sign> SIGNS = List.of(
            new Sign(FailureReason.OUT_OF_MEMORY, "out of memory|cannot allocate memory"),
            // Nobody has been asked yet.
            new Sign(
                    FailureReason.CREDENTIALS_UNUSABLE,
                    "error getting credentials|parsing config file \\(|usernames and passwords must match"),
            new Sign(
                    FailureReason.SCANNER_MISCONFIGURED,
                    "flag error:|unknown (shorthand )?flag|config file \"[^\"]*\" loading error|VEX error"
                            + "|unable to initialize cache|failed to parse the image|could not parse"),
            // Others than the image's registry, in the registry's words.
            new Sign(
                    FailureReason.DATABASE_UNAVAILABLE,
                    "\\bdb error:|\\bjava db\\b|vulnerability db\\b|--skip-(java-)?db-update'? cannot"),
            new Sign(
                    FailureReason.SERVER_UNAVAILABLE,
                    "twirp error|@server|unable to (check|fetch|get) missing layers|failed to store cache"),
            new Sign(
                    FailureReason.UNSUPPORTED_PLATFORM,
                    "no child with platform|no matching manifest for|platform mismatch"),
            new Sign(FailureReason.WINDOWS_IMAGE, "windows image|unsupported os: windows"),
            new Sign(FailureReason.REGISTRY_UNAVAILABLE, Pattern.quote(A_WEB_PAGE)),
            new Sign(FailureReason.RATE_LIMITED, "toomanyrequests|too many requests|status code 429|rate[- ]limit"),
            new Sign(
                    FailureReason.PULL_DENIED,
                    "\\bunauthorized\\b|(?<!permission )\\bdenied\\b|status code 40[13]|authentication required"),
            // A service of tokens that is not there, or gives none; the image may well be.
            new Sign(FailureReason.REGISTRY_UNAVAILABLE, "no token in bearer response|@tokens|www-authenticate"),
            new Sign(
                    FailureReason.MANIFEST_UNKNOWN,
                    "(manifest|name|blob)_unknown|manifest unknown|repository name not known"
                            + "|@content: (not_found|unexpected status code 404)"),
            new Sign(FailureReason.TIMED_OUT, "deadline exceeded|provide a higher timeout"),
            new Sign(
                    FailureReason.REGISTRY_UNAVAILABLE,
                    "connection refused|connection reset|no such host|i/o timeout|no route to host|network is unreachable"
                            + "|proxyconnect|x509|\\btls:|\\beof\\b|server gave http response to https client"
                            + "|invalid character '|@(registry|content)\"?: |unable to get the image id"));

    private ScannerWords() {}

    static ScanFailure explain(String lastWords) {
        String message = lastSentence(lastWords);
        if (message.isEmpty()) {
            return new ScanFailure(FailureReason.SCANNER_FAILED, "the scanner failed without a word");
        }
        String text = message;
        for (Part name : NAMES) {
            text = name.words().matcher(text).replaceAll(name.stand());
        }
        for (Sign sign : SIGNS) {
            if (sign.words().matcher(text).find()) {
                return new ScanFailure(sign.reason(), message);
            }
        }
        return new ScanFailure(
                FailureReason.SCANNER_FAILED, "for a reason that is not known here; Trivy's last words: " + message);
    }

    /** From the last line that is marked as an error on; everything where none is. */
    private static String lastSentence(String lastWords) {
        String text = lastWords.strip();
        int fatal = Math.max(text.lastIndexOf("FATAL"), text.lastIndexOf("\tERROR"));
        String sentence = WEB_PAGE.matcher(fatal >= 0 ? text.substring(fatal) : text)
                .replaceFirst(A_WEB_PAGE)
                .replaceAll("\\s+", " ")
                .strip();
        if (sentence.startsWith("FATAL ")) {
            sentence = sentence.substring("FATAL ".length());
        }
        // The end of a long chain of causes says what happened, its beginning what was tried.
        return sentence.length() <= MESSAGE_LIMIT
                ? sentence
                : "... " + sentence.substring(sentence.length() - MESSAGE_LIMIT);
    }
}
