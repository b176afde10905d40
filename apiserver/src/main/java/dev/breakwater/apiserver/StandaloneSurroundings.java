package dev.breakwater.apiserver;

import dev.breakwater.apiserver.ApiServerSettings.Standalone;
import dev.breakwater.apiserver.authentication.Authenticator;
import dev.breakwater.apiserver.authorization.Authorizer;
import dev.breakwater.apiserver.discovery.ApiResource;
import dev.breakwater.apiserver.health.HealthCheck;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.server.PathExchange;
import dev.breakwater.apiserver.standalone.Authority;
import dev.breakwater.apiserver.standalone.CorePaths;
import dev.breakwater.apiserver.standalone.NamespacesInUse;
import dev.breakwater.apiserver.standalone.Users;
import dev.breakwater.apiserver.tls.TlsIdentity;
import dev.breakwater.storage.ReportStore;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Without a cluster: own authority, users from a file, and the core paths that kubectl asks for. */
record StandaloneSurroundings(
        TlsIdentity identity,
        List<Authenticator> authenticators,
        Authorizer authorizer,
        List<PathExchange> exchanges,
        Users users,
        String host)
        implements Surroundings {

    static StandaloneSurroundings prepare(
            Standalone mode, @Nullable String host, KindTable kinds, ReportStore store, Clock clock) {
        Authority authority = Authority.in(mode.directory(), clock);
        Users users = Users.in(mode.directory(), authority);
        String reached = host == null || host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return new StandaloneSurroundings(
                authority.serving(List.of(reached)),
                users.authenticators(clock),
                users.authorizer(),
                List.of(new CorePaths(new NamespacesInUse(store, kinds), users)),
                users,
                reached);
    }

    @Override
    public List<ApiResource> resources() {
        return CorePaths.resources();
    }

    @Override
    public List<HealthCheck> readiness() {
        return List.of();
    }

    @Override
    public void listening(int port, Consumer<TlsIdentity> renewed) {
        users.writeKubeconfigs(host, port);
    }

    @Override
    public void close() {}
}
