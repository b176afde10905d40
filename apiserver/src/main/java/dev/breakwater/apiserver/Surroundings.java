package dev.breakwater.apiserver;

import dev.breakwater.apiserver.authentication.Authenticator;
import dev.breakwater.apiserver.authorization.Authorizer;
import dev.breakwater.apiserver.discovery.ApiResource;
import dev.breakwater.apiserver.health.HealthCheck;
import dev.breakwater.apiserver.server.PathExchange;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.util.List;
import java.util.function.Consumer;

/** What differs between a server behind the aggregator and one without a cluster. */
interface Surroundings extends AutoCloseable {
    /** The serving certificate of the moment. */
    TlsIdentity identity();

    List<Authenticator> authenticators();

    Authorizer authorizer();

    /** Resources in discovery beside the served kinds. */
    List<ApiResource> resources();

    /** What answers paths beside the served kinds. */
    List<PathExchange> exchanges();

    List<HealthCheck> readiness();

    /**
     * Called once the server listens.
     *
     * @param renewed to be told of each new serving certificate
     */
    void listening(int port, Consumer<TlsIdentity> renewed);

    @Override
    void close();
}
