package dev.breakwater.bench.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ends a process before it takes the last memory of the machine. kube-apiserver under honest loads of lists of custom resources took 21 GiB of 23, and the
 * machine then stood still for a quarter of an hour: no word of the drill, and nobody could log in to end it.
 *
 * <p>Threading: one platform thread until {@link #close()}.
 */
final class MemoryFloor implements AutoCloseable {
    /** What the rest of the machine needs to go on. At a gigabyte a second there are still some looks before it is reached. */
    private static final long LEAST = 3L << 30;

    private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");

    private final ProcessHandle process;
    private final LongSupplier available;
    private final long least;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;

    private MemoryFloor(ProcessHandle process, LongSupplier available, long least) {
        this.process = process;
        this.available = available;
        this.least = least;
        this.thread = Thread.ofPlatform().name("memory-floor").daemon().unstarted(this::look);
    }

    /** Watches over the machine on account of one process. */
    static MemoryFloor under(long pid) {
        return under(ProcessHandle.of(pid).orElseThrow(), MemoryFloor::available, LEAST);
    }

    /**
     * @param available bytes that are left
     * @param least bytes that have to be
     */
    static MemoryFloor under(ProcessHandle process, LongSupplier available, long least) {
        MemoryFloor floor = new MemoryFloor(process, available, least);
        floor.thread.start();
        return floor;
    }

    /** Whether the process had to be ended. */
    boolean ended() {
        return ended;
    }

    /** Bytes that the machine could still give (proc_meminfo(5)). */
    static long available() {
        try {
            Matcher line = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
            return line.find() ? Long.parseLong(line.group(1)) << 10 : Long.MAX_VALUE;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read how much memory is left", e);
        }
    }

    private void look() {
        try {
            while (!closing && process.isAlive()) {
                if (available.getAsLong() < least) {
                    ended = true;
                    process.destroyForcibly();
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
    }
}
