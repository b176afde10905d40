package dev.breakwater.storage.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.storage.StoreOpenException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;

/** Brings a database to the schema of this program, by numbered scripts, all in the caller's transaction. */
public final class Migrations {
    private final Class<?> home;
    private final List<String> scripts;

    /**
     * @param home scripts are resources beside this class
     * @param scripts names in order; the first makes version 1
     */
    public Migrations(Class<?> home, List<String> scripts) {
        this.home = home;
        this.scripts = scripts;
    }

    /**
     * @param version of the database's schema, 0 for an empty database
     * @throws StoreOpenException when a newer program made it
     */
    public void apply(Session session, long version) throws SQLException {
        if (version > scripts.size()) {
            throw new StoreOpenException(
                    "the database has schema version %d, this program knows versions up to %d: use the newer program, or a backup from before it"
                            .formatted(version, scripts.size()),
                    null);
        }
        for (int next = (int) version; next < scripts.size(); next++) {
            for (String statement : read(scripts.get(next)).split(";\\s*\\n")) {
                if (!statement.isBlank()) {
                    session.execute(statement);
                }
            }
        }
        if (version == 0) {
            begin(session);
        } else if (version < scripts.size()) {
            session.execute("UPDATE store SET version = " + scripts.size() + " WHERE id = 1");
        }
    }

    private void begin(Session session) throws SQLException {
        SecureRandom random = new SecureRandom();
        byte[] incarnation = new byte[8];
        random.nextBytes(incarnation);
        byte[] tokenKey = new byte[32];
        random.nextBytes(tokenKey);
        PreparedStatement insert = session.prepare(
                "INSERT INTO store (id, version, incarnation, compacted, swept, token_key) VALUES (1, ?, ?, 0, 0, ?)");
        insert.setLong(1, scripts.size());
        insert.setString(2, HexFormat.of().formatHex(incarnation));
        insert.setBytes(3, tokenKey);
        insert.executeUpdate();
    }

    private String read(String script) {
        try (InputStream in = home.getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException("the script " + script + " is missing from the program");
            }
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("\\s*--.*$", ""))
                    .reduce("", (all, line) -> all + line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
