package dev.breakwater.storage;

/**
 * What an examination of a store went over.
 *
 * @param objects that are there now
 * @param contents that were read, inflated and compared with their hash
 * @param damagedObjects of those that are there now
 * @param faults that are not of one object
 */
public record Verdict(long objects, long contents, long damagedObjects, long faults) {
    public boolean isWhole() {
        return damagedObjects == 0 && faults == 0;
    }
}
