package dev.breakwater.apiserver.memory;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * The heap that bodies, answers and watches share: each budget says what its own may hold at most, this what all of them may hold
 * together. Watches fill what nobody else needs, and give way when somebody does ({@link WatchPlaces}): a watch that ends is
 * taken up again by its client where it ended, a write that is refused is not.
 *
 * <p>Threading: safe for any number of threads.
 */
public final class Room {
    /**
     * What the rest of the server may hold (docs/reliability.md): 20 MiB after a start, 12 of the store's feed and contents, 12 of heads, 8 of
     * verdicts, and 4 that a collector needs to move in.
     */
    private static final long REST = 56L << 20;

    private static final long LEAST = 24L << 20;

    private final long all;
    private final AtomicLong free;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    /** Bytes that are waited for; guarded by the lock. */
    private long wanted;

    private volatile boolean waiting;
    private volatile LongConsumer giveWay = bytes -> {};

    public Room(long bytes) {
        all = bytes;
        free = new AtomicLong(bytes);
    }

    /** What a heap of so many bytes has for them. */
    public static Room in(long heap) {
        return new Room(Math.max(LEAST, heap - REST));
    }

    /** @param action ends what holds so many bytes and can be begun anew; told from any thread, returns at once */
    void whoGivesWay(LongConsumer action) {
        giveWay = action;
    }

    /** Bytes that there are. */
    long all() {
        return all;
    }

    /** Bytes that are held; more than there are when writes had to be answered all the same. */
    public long held() {
        return all - free.get();
    }

    /** Takes what is free, without asking anybody to give way. */
    public boolean tryTake(long bytes) {
        long now = free.get();
        while (now >= bytes) {
            long before = free.compareAndExchange(now, now - bytes);
            if (before == now) {
                return true;
            }
            now = before;
        }
        return false;
    }

    /**
     * Takes it, and has watches give way where it is not free.
     *
     * @param patience how long to wait until they have gone
     * @return whether it was there in time
     */
    public boolean take(long bytes, Duration patience) throws InterruptedException {
        if (tryTake(bytes)) {
            return true;
        }
        lock.lock();
        try {
            wanted += bytes;
            waiting = true;
            long left = patience.toNanos();
            boolean taken = tryTake(bytes);
            while (!taken && left > 0) {
                giveWay.accept(wanted - free.get());
                left = more.awaitNanos(left);
                taken = tryTake(bytes);
            }
            return taken;
        } finally {
            wanted -= bytes;
            waiting = wanted > 0;
            lock.unlock();
        }
    }

    /** Takes it whether it is there or not, for what cannot be refused any more. */
    public void takeAnyway(long bytes) {
        free.addAndGet(-bytes);
    }

    public void give(long bytes) {
        free.addAndGet(bytes);
        if (waiting) {
            lock.lock();
            try {
                more.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
