package dev.breakwater.testkit;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** PostgreSQL in Docker, for machines that have an engine and no PostgreSQL. */
final class ContainerPostgreSql implements PostgreSqlServer {
    private static final String IMAGE = "postgres:15-alpine";

    private final PostgreSQLContainer container;

    private ContainerPostgreSql(PostgreSQLContainer container) {
        this.container = container;
    }

    static ContainerPostgreSql start() throws Unavailable {
        try {
            if (!DockerEngine.answers()) {
                throw new Unavailable("no Docker engine answers");
            }
            PostgreSQLContainer container = new PostgreSQLContainer(IMAGE)
                    .withEnv("POSTGRES_INITDB_ARGS", "--locale-provider=icu --icu-locale=en-US")
                    .withCommand("postgres", "-c", "max_connections=200", "-c", "fsync=off");
            container.start();
            return new ContainerPostgreSql(container);
        } catch (RuntimeException e) {
            throw new Unavailable("Docker did not start " + IMAGE + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Database administration() {
        String url = "jdbc:postgresql://%s:%d/%s"
                .formatted(
                        container.getHost(),
                        container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                        container.getDatabaseName());
        return new Database(url, container.getUsername(), container.getPassword());
    }

    /** Stops the address from answering: a paused container keeps its port, a killed one gets another. */
    @Override
    public void crash() {
        DockerClientFactory.instance()
                .client()
                .pauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void restart() {
        DockerClientFactory.instance()
                .client()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void close() {
        container.stop();
    }
}
