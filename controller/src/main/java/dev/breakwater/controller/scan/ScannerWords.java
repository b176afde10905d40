package dev.breakwater.controller.scan;

import java.util.List;
import java.util.Locale;

/**
 * Finds the reason in Trivy's last words. Trivy has one exit code for everything, so its text is all there is; what is not recognised stays
 * {@link FailureReason#SCANNER_FAILED} with the text as the message.
 */
final class ScannerWords {
    /** Longest message that is kept: it is stored in an object and shown in a terminal. */
    private static final int MESSAGE_LIMIT = 700;

    private record Sign(FailureReason reason, List<String> anyOf) {}

    /** In this order: the more telling sign first, because one text often has several. */
    private static final List<Sign> SIGNS = List.of(
            new Sign(FailureReason.OUT_OF_MEMORY, List.of("out of memory", "cannot allocate memory")),
            new Sign(
                    FailureReason.RATE_LIMITED,
                    List.of("toomanyrequests", "too many requests", "status code 429", "rate limit", "rate-limit")),
            new Sign(
                    FailureReason.DATABASE_UNAVAILABLE,
                    List.of(
                            "failed to download vulnerability db",
                            "db error",
                            "failed to download java db",
                            "database error",
                            "init error: db",
                            "unable to initialize the vulnerability db",
                            "--skip-db-update cannot be specified on the first run")),
            new Sign(
                    FailureReason.SERVER_UNAVAILABLE,
                    List.of(
                            "twirp error",
                            "failed to scan: ",
                            "unable to check missing layers",
                            "failed to store cache")),
            new Sign(
                    FailureReason.UNSUPPORTED_PLATFORM,
                    List.of("no child with platform", "no matching manifest for", "platform mismatch")),
            new Sign(FailureReason.WINDOWS_IMAGE, List.of("windows image", "unsupported os: windows")),
            new Sign(
                    FailureReason.PULL_DENIED,
                    List.of("unauthorized", "denied", "forbidden", "authentication required")),
            new Sign(
                    FailureReason.MANIFEST_UNKNOWN,
                    List.of("manifest_unknown", "manifest unknown", "name_unknown", "not found")),
            new Sign(
                    FailureReason.TIMED_OUT,
                    List.of("context deadline exceeded", "deadline exceeded", "provide a higher timeout")),
            new Sign(
                    FailureReason.REGISTRY_UNAVAILABLE,
                    List.of(
                            "connection refused",
                            "no such host",
                            "i/o timeout",
                            "x509",
                            "tls:",
                            "eof",
                            "server gave http response to https client",
                            "bad gateway",
                            "service unavailable",
                            "unexpected status code 5")));

    private ScannerWords() {}

    static ScanFailure explain(String lastWords) {
        String message = lastSentence(lastWords);
        String text = message.toLowerCase(Locale.ROOT);
        for (Sign sign : SIGNS) {
            for (String words : sign.anyOf()) {
                if (text.contains(words)) {
                    return new ScanFailure(sign.reason(), message);
                }
            }
        }
        return new ScanFailure(
                FailureReason.SCANNER_FAILED, message.isEmpty() ? "the scanner failed without a word" : message);
    }

    /** From the last line that is marked as an error on; everything where none is. */
    private static String lastSentence(String lastWords) {
        String text = lastWords.strip();
        int fatal = Math.max(text.lastIndexOf("FATAL"), text.lastIndexOf("\tERROR"));
        String sentence = (fatal >= 0 ? text.substring(fatal) : text)
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
