package dev.breakwater.apiserver.openapi;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for.
 *
 * <p>Threading: any thread may ask; it is made by one, and the others wait for it.
 */
final class MadeOnce<T> {
    private final Supplier<T> maker;
    private volatile @Nullable T value;

    MadeOnce(Supplier<T> maker) {
        this.maker = maker;
    }

    T get() {
        T made = value;
        if (made != null) {
            return made;
        }
        synchronized (this) {
            if (value == null) {
                value = maker.get();
            }
            return Objects.requireNonNull(value);
        }
    }

    boolean isMade() {
        return value != null;
    }
}
