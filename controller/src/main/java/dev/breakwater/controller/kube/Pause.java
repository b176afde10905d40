package dev.breakwater.controller.kube;

import java.time.Duration;

/** How a thread waits; a parameter so that tests of long waits do not take long. */
@FunctionalInterface
public interface Pause {
    void of(Duration duration) throws InterruptedException;

    static Pause sleeping() {
        return Thread::sleep;
    }
}
