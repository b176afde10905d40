package dev.breakwater.storage.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What differs between the databases.
 *
 * <p>Threading: {@link #connectWriter}, {@link #writer}, {@link #afterCommit} and {@link #idle} are called by the writer thread only.
 */
public interface Dialect extends AutoCloseable {
    /** A new connection for the writer, with the schema in place. */
    Session connectWriter() throws SQLException;

    LogWriter writer(Session session);

    Reads reads();

    /** A condition that {@code column} is one of the numbers bound with {@link #bindAnyOf}. */
    String anyOf(String column);

    void bindAnyOf(PreparedStatement statement, int parameter, long[] numbers) throws SQLException;

    Trouble trouble(SQLException e);

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

    /** Calls {@code wake} whenever another process may have committed. */
    void listen(Runnable wake);

    /** Bytes of the database on disk, as far as they can be learned; -1 where not. */
    long bytesOnDisk();

    @Override
    void close();
}
