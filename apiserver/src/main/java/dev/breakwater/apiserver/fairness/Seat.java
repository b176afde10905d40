package dev.breakwater.apiserver.fairness;

/** The right to be at work; closing gives it back, the second time without effect. */
@FunctionalInterface
public interface Seat extends AutoCloseable {
    @Override
    void close();
}
