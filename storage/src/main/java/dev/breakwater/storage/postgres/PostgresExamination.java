package dev.breakwater.storage.postgres;

import dev.breakwater.storage.Finding;
import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreExamination;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreOpenException;
import dev.breakwater.storage.StoreSettings.Place;
import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.Verdict;
import dev.breakwater.storage.segment.ZlibPool;
import dev.breakwater.storage.sql.Inspection;
import dev.breakwater.storage.sql.SavedObjects;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.SettingAside;
import dev.breakwater.storage.sql.Soundness;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What lies in the tables; the pages under them are the server's affair, which pg_amcheck looks at. Replicas may run meanwhile. */
public final class PostgresExamination implements StoreExamination {
    private static final String SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    /** As every commit takes it, so that no replica writes meanwhile; and their feeds are told. */
    private static final List<String> ALONE =
            List.of("BEGIN", "SELECT rev FROM counter WHERE id = 1 FOR UPDATE", "NOTIFY breakwater_log");

    private final PostgresConnections connections;

    public PostgresExamination(Place.Postgres place) {
        this.connections = new PostgresConnections(place);
    }

    @Override
    public Verdict examine(Consumer<Finding> found) {
        try (ZlibPool pool = new ZlibPool(1);
                Session session = open()) {
            return inspection(session, pool, found).run(List.of());
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    @Override
    public long setAside(Path saved) {
        try (ZlibPool pool = new ZlibPool(1);
                Session session = open();
                SavedObjects out = new SavedObjects(saved, pool)) {
            List<Finding.DamagedObject> objects = new ArrayList<>();
            Inspection inspection = inspection(session, pool, finding -> {
                if (finding instanceof Finding.DamagedObject object) {
                    objects.add(object);
                }
            });
            inspection.run(List.of());
            new SettingAside(session, ALONE, System.currentTimeMillis())
                    .run(objects, inspection.damagedContents(), inspection.damagedLabels(), out);
            return out.objects();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static Inspection inspection(Session session, ZlibPool pool, Consumer<Finding> found) {
        return new Inspection(session, PostgresErrors::trouble, new Soundness(pool), SNAPSHOT, found);
    }

    private Session open() throws SQLException {
        Session session = new Session(connections.openBare("verify"));
        boolean ready = false;
        try {
            Pooler.refuseWithoutSession(session.connection(), () -> connections.openBare("verify"));
            session.execute(connections.settings("SET statement_timeout = 0;"));
            if (session.number("SELECT count(*) FROM pg_tables WHERE tablename = 'store' AND schemaname = '"
                            + connections.schema() + "'")
                    == 0) {
                throw new StoreOpenException(
                        "there is no store in the schema %s of this database".formatted(connections.schema()), null);
            }
            ready = true;
            return session;
        } finally {
            if (!ready) {
                session.close();
            }
        }
    }

    private static RuntimeException failure(SQLException e) {
        String said = PostgresErrors.advice(e);
        return switch (PostgresErrors.trouble(e)) {
            case FULL -> new StoreFullException("no space left: " + said, e);
            case DAMAGED -> new StoreDamagedException("the database is damaged: " + said, e);
            default -> new StoreUnavailableException("the database cannot be read: " + said, e);
        };
    }
}
