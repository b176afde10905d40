package dev.breakwater.controller.expiry;

import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Looks now and then for images whose reports have become too old, and hands them on. An image is handed on at each look until its reports are new: whoever
 * takes it knows when it was tried last.
 *
 * <p>Threading: one loop.
 */
public final class ExpiredImages implements AutoCloseable {
    /** A look at metadata that is in memory. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);

    private final Expiry expiry;
    private final Inventory inventory;
    private final Predicate<RunningImage> isExpired;
    private final Consumer<RunningImage> expired;
    private final Loop loop;

    /** @param isExpired whether an image's reports are too old */
    public ExpiredImages(
            Expiry expiry,
            Inventory inventory,
            Predicate<RunningImage> isExpired,
            Consumer<RunningImage> expired,
            Loops loops) {
        this.expiry = expiry;
        this.inventory = inventory;
        this.isExpired = isExpired;
        this.expired = expired;
        this.loop = loops.loop("expired-images", LONGEST_STEP, this::look);
    }

    /** To be called when the inventory knows what runs. */
    public void start() {
        if (expiry.isOn()) {
            loop.start();
        }
    }

    @Override
    public void close() {
        loop.close();
    }

    private Duration look() {
        for (RunningImage image : inventory.images()) {
            if (isExpired.test(image)) {
                expired.accept(image);
            }
        }
        return expiry.rest();
    }
}
