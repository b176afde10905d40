package dev.breakwater.storage.sql;

import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreUnavailableException;
import java.sql.SQLException;

/** Says errors of the database in the words of the contract. */
final class Failures {
    private final Dialect dialect;
    private final Damage damage;

    Failures(Dialect dialect, Damage damage) {
        this.dialect = dialect;
        this.damage = damage;
    }

    Trouble trouble(SQLException e) {
        return dialect.trouble(e);
    }

    /** What the caller of a read or a write is to hear of; after a write nothing was stored. */
    RuntimeException of(SQLException e) {
        String advice = dialect.advice(e);
        return switch (dialect.trouble(e)) {
            case FULL ->
                new StoreFullException(
                        "the database has no space left; nothing was stored, reads and deletes go on: " + advice, e);
            case GONE ->
                new StoreUnavailableException("the database does not answer; nothing was stored: " + advice, e);
            case UNUSABLE ->
                new StoreUnavailableException(
                        "the report store cannot be used as it is: see the server's log",
                        "the database cannot be used as it is; nothing was stored: " + advice,
                        e);
            case MISPLACED ->
                new StoreUnavailableException(
                        "the report store was moved away while the server runs: nothing is stored",
                        "the database is not where it was: " + advice,
                        e);
            case DAMAGED -> {
                String words = "the database is damaged: " + advice;
                damage.ofDatabase(words);
                yield new StoreDamagedException(words, e);
            }
            case REFUSED -> new IllegalStateException("the database refused a statement: " + e.getMessage(), e);
        };
    }
}
