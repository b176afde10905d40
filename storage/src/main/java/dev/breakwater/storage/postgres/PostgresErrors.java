package dev.breakwater.storage.postgres;

import dev.breakwater.storage.sql.Trouble;
import java.sql.SQLException;

/** What PostgreSQL's errors mean, by their SQLSTATE, and what to do. */
final class PostgresErrors {
    private PostgresErrors() {}

    static Trouble trouble(SQLException e) {
        String state = e.getSQLState();
        if (state == null) {
            return Trouble.GONE;
        }
        return switch (state) {
            // disk full; a file that cannot grow for the same reason says so by words alone
            case "53100" -> Trouble.FULL;
            case "58030" -> isNoSpace(e) ? Trouble.FULL : Trouble.GONE;
            // data corrupted, index corrupted, a file of a table is missing
            case "XX001", "XX002", "58P01" -> Trouble.DAMAGED;
            // insufficient privilege, no such table, column or schema
            case "42501", "42P01", "42703", "3F000" -> Trouble.UNUSABLE;
            default ->
                switch (state.length() < 2 ? state : state.substring(0, 2)) {
                    // read-only or idle transaction
                    case "25" -> state.equals("25006") ? Trouble.UNUSABLE : Trouble.GONE;
                    // connection, authorisation, no such database, rolled back, resources, lock, cancelled or shut
                    // down,
                    // system error, internal error
                    case "08", "28", "3D", "40", "53", "55", "57", "58", "XX" -> Trouble.GONE;
                    default -> Trouble.REFUSED;
                };
        };
    }

    private static boolean isNoSpace(SQLException e) {
        String said = String.valueOf(e.getMessage());
        return said.contains("No space left") || said.contains("quota");
    }

    static String advice(SQLException e) {
        String said = String.valueOf(e.getMessage());
        String state = String.valueOf(e.getSQLState());
        if (said.contains("unsupported startup parameter")) {
            return said
                    + "; a pooler such as PgBouncer stands in between: give the address of PostgreSQL itself, or let a pool with"
                    + " pool_mode=session have ignore_startup_parameters = extra_float_digits";
        }
        return switch (state) {
            case "53100", "58030" ->
                isNoSpace(e) || state.equals("53100")
                        ? said + "; make room on the database server's disk: deletes need some, too"
                        : said + "; the database server's disk fails";
            case "53200" -> said + "; the database server is short of memory";
            case "53300" ->
                said + "; the server takes no more connections: raise max_connections, or the role's CONNECTION LIMIT"
                        + " (each replica takes some seven)";
            case "53400" -> said + "; a limit of the role or the database, such as temp_file_limit, is reached";
            case "28P01", "28000" ->
                said + "; the user or its password is refused: was it changed? Give the new one by BREAKWATER_DATABASE";
            case "3D000" -> said + "; make it: CREATE DATABASE";
            case "25006" ->
                said
                        + "; the server is a standby, or default_transaction_read_only is on: name all hosts in the URL, the primary"
                        + " is taken";
            case "42501" ->
                said
                        + "; the role needs CREATE on the database for the first start, and is the owner of the schema after it";
            case "42P01", "42703", "3F000" ->
                said
                        + "; the tables of the store are not where they were made: was the schema dropped, or is a pooler in between?";
            case "57P03" -> said + "; it is still starting, or recovering";
            case "XX001", "XX002", "58P01" ->
                said + "; see breakwater verify --database, the log of the database server, and its backups";
            default -> said;
        };
    }
}
