package dev.breakwater.storage;

import dev.breakwater.storage.StoreSettings.Place;
import dev.breakwater.storage.postgres.PostgresDialect;
import dev.breakwater.storage.sqlite.SqliteDialect;

/** Opens stores. */
public final class Stores {
    private Stores() {}

    /**
     * Opens the store that the settings name, making or migrating its schema.
     *
     * @throws StoreOpenException when it cannot be used as it is: in use, of a newer version, on a network file system
     * @throws StoreUnavailableException when the database does not answer
     */
    public static ReportStore open(StoreSettings settings) {
        return switch (settings.place()) {
            case Place.Folder folder -> SqliteDialect.open(folder.directory(), settings);
            case Place.Postgres postgres -> PostgresDialect.open(postgres, settings);
        };
    }
}
