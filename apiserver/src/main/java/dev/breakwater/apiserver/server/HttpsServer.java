package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.tls.AnyClientCertificate;
import dev.breakwater.apiserver.tls.TlsIdentity;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.servlet.DefaultTasks;
import jakarta.servlet.DispatcherType;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Javalin on Jetty behind one TLS connector with h2 and HTTP/1.1, set up for what kube-apiserver's aggregator does: all users of a
 * cluster share one connection (k8s-wire 1.3), watches are idle for minutes, and headers carry hundreds of groups.
 *
 * <p>Threading: connections are accepted and read by a few platform threads that never run a request; {@link RequestThreads} says what
 * does.
 */
public final class HttpsServer implements AutoCloseable {
    private static final int MIB = 1 << 20;
    /** Go's default; users of an identity provider bring hundreds of groups (k8s-wire 7.4). */
    private static final int HEADER_LIMIT = MIB + 64 * 1024;
    /**
     * Of all users of one kube-apiserver together. Small windows let a few uploads whose bodies nobody reads yet stop every other
     * upload on the connection (store.md 23); large ones are memory that unread bodies hold, for each kube-apiserver.
     */
    private static final int SESSION_WINDOW = 8 * MIB;

    private static final int STREAM_WINDOW = 128 * 1024;
    private static final int CONCURRENT_STREAMS = 4096;
    /** A report in one frame instead of five: kube-apiserver's client writes as large ones as the server takes. */
    private static final int FRAME = 256 * 1024;
    /** Resets, pings and settings per second and connection; each watch that a user ends is a reset on the shared connection. */
    private static final int CONTROL_FRAMES_PER_SECOND = 5_000;
    /** Longer than the 90 s after which Go closes idle connections: the client closes first and never meets a closed one. */
    private static final Duration IDLE = Duration.ofMinutes(5);
    /** Accept, select, and read: handshakes are most of what they do. */
    private static final int FEWEST_READERS = 4;

    private static final int MOST_READERS = 16;
    /** Resumption is by tickets; what is kept here is for clients that know none, and may bear their certificates. */
    private static final int TLS_SESSIONS = 256;

    private final Javalin javalin;
    private final ReloadableTls tls;
    private final ServerConnector connector;
    private final Doorway doorway;

    private HttpsServer(Javalin javalin, ReloadableTls tls, ServerConnector connector, Doorway doorway) {
        this.javalin = javalin;
        this.tls = tls;
        this.connector = connector;
        this.doorway = doorway;
    }

    /**
     * Listens.
     *
     * @param host address to listen on; {@code null} for all
     * @param port 0 for any free one
     */
    public static HttpsServer start(@Nullable String host, int port, TlsIdentity identity, Exchange exchange) {
        return start(host, port, identity, DoorwayLimits.defaults(), exchange);
    }

    static HttpsServer start(
            @Nullable String host, int port, TlsIdentity identity, DoorwayLimits limits, Exchange exchange) {
        ReloadableTls tls = new ReloadableTls(identity);
        QueuedThreadPool threads = new QueuedThreadPool(MOST_READERS, FEWEST_READERS);
        threads.setName("https");
        threads.setReservedThreads(0);
        Doorway doorway = new Doorway(limits, System::nanoTime, threads);
        Javalin javalin = Javalin.create(config -> {
            configure(config, threads, new RequestThreads(doorway), exchange);
            config.jetty.addConnector((server, http) -> connector(server, http, host, port, tls, doorway, limits));
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            throw new IllegalStateException(whyNotListening(host, port, e), e);
        }
        ServerConnector connector =
                (ServerConnector) javalin.jettyServer().server().getConnectors()[0];
        sweepForEver(doorway, connector);
        return new HttpsServer(javalin, tls, connector, doorway);
    }

    /** Javalin calls each failure of a socket a port in use, an address that nobody has as well. */
    private static String whyNotListening(@Nullable String host, int port, Throwable failure) {
        String where = (host == null ? "" : host + ":") + port;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String said = String.valueOf(cause.getMessage());
            if (cause instanceof UnresolvedAddressException || said.contains("assign requested address")) {
                return "cannot listen on %s: this machine has no such address; name one that it has, such as 127.0.0.1"
                        .formatted(where);
            }
            if (said.contains("already in use")) {
                return "cannot listen on %s: another process does; end it, or name another port, or 0 for a free one"
                        .formatted(where);
            }
            if (said.contains("Permission denied")) {
                return "cannot listen on %s: no right to; ports below 1024 may be for root alone, name a higher one"
                        .formatted(where);
            }
        }
        return "cannot listen on %s: %s".formatted(where, failure.getMessage());
    }

    private static void sweepForEver(Doorway doorway, ServerConnector connector) {
        connector
                .getScheduler()
                .schedule(
                        () -> {
                            doorway.sweep();
                            if (connector.isRunning()) {
                                sweepForEver(doorway, connector);
                            }
                        },
                        1,
                        TimeUnit.SECONDS);
    }

    /** The port that is listened on. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Serves new connections with another certificate; open ones live on. */
    public void use(TlsIdentity identity) {
        tls.use(identity);
    }

    /** What connections hold. */
    Doorway.Standing doorway() {
        return doorway.standing();
    }

    @Override
    public void close() {
        javalin.stop();
    }

    @SuppressWarnings("unchecked")
    private static void configure(
            JavalinConfig config, QueuedThreadPool threads, RequestThreads requests, Exchange exchange) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        // Bodies are compressed when they are stored, and limited while they are read.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.maxRequestSize = Long.MAX_VALUE;
        config.http.generateEtags = false;
        config.http.asyncTimeout = 0;
        config.jetty.threadPool = threads;
        JsonErrors errors = new JsonErrors();
        config.jetty.modifyServer(server -> {
            server.setHandler(requests);
            server.setErrorHandler(errors);
            server.setStopTimeout(0);
        });
        config.jetty.modifyServletContextHandler(context -> {
            context.setErrorHandler(errors);
            FilterHolder watches = new FilterHolder(new WatchesApart(exchange));
            watches.setAsyncSupported(true);
            context.addFilter(watches, "/*", EnumSet.of(DispatcherType.REQUEST));
            context.addFilter(new FilterHolder(new CutOff()), "/*", EnumSet.of(DispatcherType.REQUEST));
        });
        // The API's paths are no routes: one filter chain reads them as kube-apiserver does, and nothing may come
        // behind it.
        config.requestLifeCycle(DefaultTasks.INSTANCE.getBEFORE());
        config.routes.before(context -> exchange.serve(context.req(), context.res()));
    }

    private static ServerConnector connector(
            Server server,
            HttpConfiguration http,
            @Nullable String host,
            int port,
            ReloadableTls tls,
            Doorway doorway,
            DoorwayLimits limits) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(HEADER_LIMIT);
        http.setUriCompliance(UriCompliance.DEFAULT);
        // Decrypted bytes and those to be encrypted are on the heap, whose end is seen; direct memory ends for all
        // connections at once.
        http.setUseInputDirectByteBuffers(false);
        http.setUseOutputDirectByteBuffers(false);
        // An interrupted upload is not read to its end only to keep the connection.
        http.setMaxUnconsumedRequestContentReads(16);
        // Service addresses are bare IPs (k8s-wire 1.4): no check of the host against the certificate.
        http.addCustomizer(new SecureRequestCustomizer(false));
        HTTP2ServerConnectionFactory h2 = new NoTrailers(http);
        h2.setInitialSessionRecvWindow(SESSION_WINDOW);
        h2.setInitialStreamRecvWindow(STREAM_WINDOW);
        h2.setMaxConcurrentStreams(CONCURRENT_STREAMS);
        h2.setMaxFrameSize(FRAME);
        h2.setRateControlFactory(new FrameRate.Factory(CONTROL_FRAMES_PER_SECOND));
        HttpConnectionFactory http1 = new CountedHeads(http);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        SslConnectionFactory ssl = new SslConnectionFactory(tls.factory(), alpn.getProtocol());
        ServerConnector connector =
                new ServerConnector(
                        server,
                        null,
                        null,
                        new ConnectionBuffers(2L * limits.unreadBytes()),
                        1,
                        1,
                        ssl,
                        alpn,
                        h2,
                        http1) {
                    @Override
                    protected SocketChannelEndPoint newEndPoint(
                            SocketChannel channel, ManagedSelector selector, SelectionKey key) {
                        Visit visit = new Visit(doorway, channel, selector, key, getScheduler());
                        visit.setIdleTimeout(getIdleTimeout());
                        return visit;
                    }
                };
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(1024);
        return connector;
    }

    /** A TLS context whose identity can be exchanged while connections are open. */
    private static final class ReloadableTls {
        private final Factory factory = new Factory();

        ReloadableTls(TlsIdentity identity) {
            factory.setWantClientAuth(true);
            factory.setIncludeProtocols("TLSv1.2", "TLSv1.3");
            factory.setSniRequired(false);
            factory.setSslSessionCacheSize(TLS_SESSIONS);
            put(factory, identity);
        }

        SslContextFactory.Server factory() {
            return factory;
        }

        void use(TlsIdentity identity) {
            try {
                factory.reload(f -> put(f, identity));
            } catch (Exception e) {
                throw new IllegalStateException("the new serving certificate cannot be used: " + e.getMessage(), e);
            }
        }

        private static void put(SslContextFactory factory, TlsIdentity identity) {
            factory.setKeyStore(identity.keyStore());
            factory.setKeyStorePassword(TlsIdentity.PASSWORD);
            factory.setKeyManagerPassword(TlsIdentity.PASSWORD);
        }

        private static final class Factory extends SslContextFactory.Server {
            @Override
            protected TrustManager[] getTrustManagers(
                    @Nullable KeyStore trustStore, @Nullable Collection<? extends CRL> crls) {
                return new TrustManager[] {new AnyClientCertificate()};
            }
        }
    }
}
