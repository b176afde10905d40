package dev.breakwater.storage.sql;

import dev.breakwater.storage.CorruptContentException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Runs reads and says in the words of the contract what went wrong: never as an empty answer. */
final class Guard {
    private final Dialect dialect;
    private final Failures failures;
    private final Damage damage;

    Guard(Dialect dialect, Failures failures, Damage damage) {
        this.dialect = dialect;
        this.failures = failures;
        this.damage = damage;
    }

    <T extends @Nullable Object> T read(SqlWork<T> work) {
        try {
            return dialect.reads().read(work);
        } catch (SQLException e) {
            throw failures.of(e);
        } catch (CorruptContentException e) {
            damage.met(e);
            throw e;
        }
    }

    /** @see Dialect#check */
    void check() {
        try {
            dialect.check();
        } catch (SQLException e) {
            throw failures.of(e);
        }
    }

    /** As {@link #read}, for work that writes in a transaction of its own. */
    <T extends @Nullable Object> T write(SqlWork<T> work) {
        return read(work);
    }
}
