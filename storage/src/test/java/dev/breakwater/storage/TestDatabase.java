package dev.breakwater.storage;

import dev.breakwater.testkit.PostgreSql;
import dev.breakwater.testkit.PostgreSqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.function.BiFunction;

/** The databases that every promise is tested on. */
enum TestDatabase {
    SQLITE((postgres, folder) -> new StoreSettings.Place.Folder(folder)),
    POSTGRES((postgres, folder) -> {
        PostgreSqlServer.Database database = postgres.createDatabase();
        return new StoreSettings.Place.Postgres(
                database.jdbcUrl(), Map.of("user", database.user(), "password", database.password()));
    });

    private final BiFunction<PostgreSql, Path, StoreSettings.Place> making;

    TestDatabase(BiFunction<PostgreSql, Path, StoreSettings.Place> making) {
        this.making = making;
    }

    /** An empty database; ends the test with a reason where this kind cannot be had. */
    StoreSettings.Place create(PostgreSql postgres, Path folder) {
        return making.apply(postgres, folder);
    }

    /** A connection past the store, to look and to do harm. */
    static Connection connect(StoreSettings.Place place) throws SQLException {
        return switch (place) {
            case StoreSettings.Place.Folder folder ->
                DriverManager.getConnection("jdbc:sqlite:" + folder.directory().resolve("store.db"));
            case StoreSettings.Place.Postgres postgres -> {
                Properties properties = new Properties();
                postgres.properties().forEach(properties::setProperty);
                properties.setProperty("currentSchema", "breakwater");
                yield DriverManager.getConnection(postgres.jdbcUrl(), properties);
            }
        };
    }

    static void execute(StoreSettings.Place place, String... statements) throws SQLException {
        try (Connection connection = connect(place);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static long number(StoreSettings.Place place, String sql) throws SQLException {
        try (Connection connection = connect(place);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
