package dev.breakwater.apiserver.json;

/**
 * Memory that one request may take. What is read from a client asks for it before the memory is used, so that the sum over all
 * requests has a bound whatever they send.
 */
public interface Allowance {
    /** For texts of our own. */
    Allowance UNLIMITED = new Allowance() {
        @Override
        public void take(long bytes) {}

        @Override
        public void giveBack(long bytes) {}
    };

    /**
     * Asks for memory that is about to be used.
     *
     * @throws dev.breakwater.apiserver.status.StatusException 413 if the request alone asks for too much, 429 if all together do
     */
    void take(long bytes);

    /** Says that so much of it is garbage by now. */
    void giveBack(long bytes);
}
