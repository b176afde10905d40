package dev.breakwater.controller.loop;

import java.time.Duration;

/** How a thread lets time pass; a parameter so that tests of long waits do not take long. Ended early by an interrupt. */
@FunctionalInterface
public interface Wait {
    void of(Duration duration) throws InterruptedException;
}
