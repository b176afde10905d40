package dev.breakwater.cli.demo;

import java.io.PrintWriter;

/** What the demo tells while it works. On a terminal the line of a step is written over; elsewhere each step is one line. */
final class Terminal {
    private final PrintWriter out;
    private final boolean interactive;

    Terminal(PrintWriter out, boolean interactive) {
        this.out = out;
        this.interactive = interactive;
    }

    void step(String words, int done, int all) {
        if (interactive) {
            out.printf("\r\033[K%s %d of %d", words, done, all);
            out.flush();
        }
    }

    void done(String words) {
        out.printf(interactive ? "\r\033[K%s%n" : "%s%n", words);
        out.flush();
    }

    void line(String words) {
        out.println(words);
    }
}
