package dev.breakwater.bench.compare;

/**
 * What Breakwater has set itself for a kind of work, and whether a run reached it.
 *
 * @param text the goal in words
 * @param ratio what the run showed, in the goal's terms
 */
record Goal(String text, String ratio, boolean met) {
    private static final double CREATE_RATE = 12;
    private static final double RESCAN_RATE = 10;
    private static final double COLD_RATE = 8;
    private static final double CPU = 20;
    private static final double FULL_LIST = 30;
    private static final double FIRST_BYTE_MILLIS = 50;
    private static final double HEAD_LIST = 1;
    private static final double SELECTOR_MILLIS = 10;
    private static final double GET = 8;
    private static final double EVENT_MEDIAN_MILLIS = 5;
    private static final double EVENT_P99_MILLIS = 50;
    private static final double MEMORY_MIB = 256;
    private static final double DISK = 20;
    private static final double MIB = 1024 * 1024;

    static Goal of(Row row, Measured crds, Measured ours) {
        return switch (row) {
            case CREATE -> write(CREATE_RATE, crds, ours);
            case RESCAN -> write(RESCAN_RATE, crds, ours);
            case TABLE, METADATA -> headList(crds, ours);
            case PAGES -> fullList(crds, ours);
            case LIST -> list(crds, ours);
            case SELECTOR ->
                new Goal("< %.0f ms".formatted(SELECTOR_MILLIS), faster(crds, ours), ours.median() < SELECTOR_MILLIS);
            case GET ->
                new Goal(
                        "%.0fx the rate".formatted(GET),
                        "%.1fx".formatted(ours.rate() / crds.rate()),
                        ours.rate() >= GET * crds.rate());
            case WATCH ->
                new Goal(
                        "p50 < %.0f ms, p99 < %.0f ms".formatted(EVENT_MEDIAN_MILLIS, EVENT_P99_MILLIS),
                        faster(crds, ours),
                        ours.median() < EVENT_MEDIAN_MILLIS && ours.latencies().percentile(99) < EVENT_P99_MILLIS);
        };
    }

    /** Of servers that have just started: only creates have a goal of their own, for that is what comes first. */
    static Goal cold(Row row, Measured crds, Measured ours) {
        return row == Row.CREATE
                ? new Goal(
                        "%.0fx".formatted(COLD_RATE),
                        "%.1fx".formatted(ours.rate() / crds.rate()),
                        ours.rate() >= COLD_RATE * crds.rate())
                : new Goal("", of(row, crds, ours).ratio, true);
    }

    static Goal memory(long crds, long ours) {
        return new Goal("< %.0f MiB".formatted(MEMORY_MIB), fraction(crds, ours), ours / MIB < MEMORY_MIB);
    }

    static Goal disk(long crds, long ours) {
        return new Goal("1/%.0f".formatted(DISK), fraction(crds, ours), ours * DISK <= crds);
    }

    private static Goal write(double rate, Measured crds, Measured ours) {
        return new Goal(
                "%.0fx the rate, 1/%.0f of the CPU".formatted(rate, CPU),
                "%.1fx, 1/%.0f".formatted(ours.rate() / crds.rate(), crds.cpu() / ours.cpu()),
                ours.rate() >= rate * crds.rate() && ours.cpu() * CPU <= crds.cpu());
    }

    private static Goal headList(Measured crds, Measured ours) {
        return new Goal("as fast, then 2x", faster(crds, ours), ours.median() * HEAD_LIST <= crds.median());
    }

    private static Goal fullList(Measured crds, Measured ours) {
        return new Goal(
                "%.0fx faster".formatted(FULL_LIST), faster(crds, ours), ours.median() * FULL_LIST <= crds.median());
    }

    private static Goal list(Measured crds, Measured ours) {
        Goal full = fullList(crds, ours);
        return new Goal(
                full.text + ", first byte < %.0f ms".formatted(FIRST_BYTE_MILLIS),
                full.ratio,
                full.met && ours.firstByte().median() < FIRST_BYTE_MILLIS);
    }

    private static String faster(Measured crds, Measured ours) {
        return "%.1fx faster".formatted(crds.median() / ours.median());
    }

    private static String fraction(long crds, long ours) {
        return "1/%.1f".formatted((double) crds / ours);
    }
}
