package dev.breakwater.storage.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the databases.
 *
 * <p>Threading: {@link #connectWriter}, {@link #writer}, {@link #afterCommit} and {@link #idle} are called by the writer thread only.
 */
public interface Dialect extends AutoCloseable {
    /** A new connection for the writer, with the schema in place. */
    Session connectWriter() throws SQLException;

    LogWriter writer(Session session);

    Reads reads() throws SQLException;

    /** A condition that {@code column} is one of the numbers bound with {@link #bindAnyOf}. */
    String anyOf(String column);

    void bindAnyOf(PreparedStatement statement, int parameter, long[] numbers) throws SQLException;

    Trouble trouble(SQLException e);

    /** What an error says, and what to do about it where that is known. */
    String advice(SQLException e);

    /** Whether contents are written beside the writer, each on a connection of {@link #reads}; otherwise by the writer thread. */
    boolean storesContentsBesideTheWriter();

    /**
     * Begins a transaction that needs not be on the disk when its commit returns, since a commit of the writer follows that brings it
     * there too.
     */
    void beginContents(Session session) throws SQLException;

    void commitContents(Session session, long bytesWritten) throws SQLException;

    /** Undoes what was begun, after an error; reports none of its own. */
    void rollbackContents(Session session);

    /** Whether other processes write to the same database. */
    boolean shared();

    /** Between batches: the writer may do a little work of the database's own. */
    void afterCommit(Session session, long bytesWritten) throws SQLException;

    /** The writer has had nothing to do for a while. Returns whether there is more to do. */
    boolean idle(Session session) throws SQLException;

    /** Whether what was opened is still there, and can be written to, as far as that can be told without writing. */
    void check() throws SQLException;

    /**
     * Why there is no room for a write, or {@code null} when there is, or when the server decides that.
     *
     * @param content whether the store grows by it
     */
    @Nullable
    String shortage(long bytes, boolean content);

    /** Whether space is so short that only deletes and upkeep are done. */
    boolean isShort();

    /** After a write found the disk full and was rolled back. Returns whether it is worth another try. */
    boolean relieve(Session session);

    /** Whether the last process left the database without closing it, so that it is to be looked at. */
    boolean endedUncleanly();

    /** Calls {@code wake} whenever another process may have committed. */
    void listen(Runnable wake);

    /** Bytes of the database on disk, as far as they can be learned; -1 where not. */
    long bytesOnDisk();

    @Override
    void close();
}
