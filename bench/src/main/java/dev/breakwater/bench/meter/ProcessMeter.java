package dev.breakwater.bench.meter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU and memory of one process, from {@code /proc} (proc_pid_stat(5), proc_pid_status(5)).
 *
 * @param name for people
 */
public record ProcessMeter(String name, long pid) {
    /** Linux gives user space ticks of 10 ms whatever the kernel's own rate (time(7), USER_HZ). */
    private static final double MILLIS_PER_TICK = 10;

    /** User and system time so far, of all threads, in milliseconds with a step of 10. */
    public double cpuMillis() {
        String stat = read("stat");
        // The name in parentheses may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK;
    }

    /** Highest resident memory since the start or {@link #resetPeak()}, in bytes. */
    public long peakBytes() {
        return read("status")
                        .lines()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                * 1024;
    }

    /** Lets the peak begin anew at what is resident now. */
    public void resetPeak() {
        try {
            Files.writeString(file("clear_refs"), "5");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot reset the peak memory of " + name, e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(file(file));
        } catch (IOException e) {
            throw new UncheckedIOException(name + " (process " + pid + ") is gone", e);
        }
    }

    private Path file(String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }
}
