package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.authentication.Authentication;
import dev.breakwater.apiserver.authentication.Credentials;
import dev.breakwater.apiserver.authentication.Opinion;
import dev.breakwater.apiserver.authorization.Authorization;
import dev.breakwater.apiserver.fairness.Fairness;
import dev.breakwater.apiserver.fairness.Seat;
import dev.breakwater.apiserver.fairness.Work;
import dev.breakwater.apiserver.memory.WatchPlaces;
import dev.breakwater.apiserver.request.Deadline;
import dev.breakwater.apiserver.request.InitialList;
import dev.breakwater.apiserver.request.Lasting;
import dev.breakwater.apiserver.request.PercentCode;
import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.request.RequestParser;
import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.status.StatusBody;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.StoreDamagedException;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreUnavailableException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every request passes, in this order: audit id, parsing, authentication, authorisation, the deadline, its turn among all that
 * want the same kind of work; then whatever answers it. An exception becomes a Status, or, after the first byte, an aborted connection.
 *
 * <p>Threading: safe for any number of threads. What lasts longer than the call that began it ({@link Lasting}) goes on by steps on at
 * most {@value #STEPS_AT_ONCE} virtual threads; its seats, its count and its place among the running requests are given back when it ends.
 */
public final class Filters implements Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Filters.class);
    private static final String AUDIT_ID = "Audit-ID";
    private static final Pattern USABLE_AUDIT_ID = Pattern.compile("[\\x21-\\x7e]{1,64}");
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    /** Some 6 KB of stack each, 400 of which may be stuck with their readers before the surplus is cut off. */
    private static final int STEPS_AT_ONCE = 1024;

    private final Authentication authentication;
    private final Authorization authorization;
    private final Fairness fairness;
    private final WatchPlaces places;
    private final Dispatch dispatch;
    private final RequestMetrics metrics;
    private final BooleanSupplier drained;
    /** One party for the server itself, so that the count never ends on its own; one for each request. */
    private final Phaser running = new Phaser(1);

    private final StepThreads stepThreads = new StepThreads(STEPS_AT_ONCE);

    /** @param drained whether the time for clients to go elsewhere is over */
    public Filters(
            Authentication authentication,
            Authorization authorization,
            Fairness fairness,
            WatchPlaces places,
            Dispatch dispatch,
            RequestMetrics metrics,
            BooleanSupplier drained) {
        this.authentication = authentication;
        this.authorization = authorization;
        this.fairness = fairness;
        this.places = places;
        this.dispatch = dispatch;
        this.metrics = metrics;
        this.drained = drained;
    }

    @Override
    public void serve(HttpServletRequest request, HttpServletResponse response) {
        Errand errand = new Errand(request, response, Runnable::run);
        Lasting rest = errand.begin();
        if (rest != null) {
            errand.seeThrough(rest);
        }
    }

    @Override
    public void begin(HttpServletRequest request, HttpServletResponse response, Consumer<Runnable> ended) {
        Errand errand = new Errand(request, response, ended);
        Lasting rest = errand.begin();
        if (rest != null) {
            Steps steps = new Steps(stepThreads, () -> errand.step(rest));
            errand.wakeBy(rest, steps::wake);
            steps.run();
        }
    }

    /** How many threads are in a step of a request that lasts. */
    int stepping() {
        return stepThreads.running();
    }

    /** Whether all requests ended within the time. */
    public boolean awaitIdle(Duration limit) {
        try {
            running.awaitAdvanceInterruptibly(running.arrive(), limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What a request does, or a part of it. */
    @FunctionalInterface
    private interface Part {
        /** Whether the request goes on. */
        boolean run() throws IOException;
    }

    /** One request, from its beginning until its answer is complete. */
    private final class Errand {
        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final Consumer<Runnable> ended;
        private final long start = System.nanoTime();
        private final String auditId;
        private @Nullable Target target;
        /** Of a watch, for as long as it lasts. */
        private @Nullable Seat lasting;
        /** The memory of a watch, for as long. */
        private WatchPlaces.@Nullable Place place;
        /** Of a watch, until its first list is sent. */
        private @Nullable Seat seat;

        Errand(HttpServletRequest request, HttpServletResponse response, Consumer<Runnable> ended) {
            this.request = request;
            this.response = response;
            this.ended = ended;
            this.auditId = auditId(request);
        }

        /** What is left of it then; {@code null} if it is through. */
        @Nullable
        Lasting begin() {
            running.register();
            Lasting rest = null;
            boolean goesOn = false;
            try {
                goesOn = attempt(() -> {
                    response.setHeader(AUDIT_ID, auditId);
                    response.setHeader("Cache-Control", "no-cache, private");
                    Target known = RequestParser.parse(request);
                    target = known;
                    admit(known);
                    return true;
                });
                rest = Lasting.take(request);
            } finally {
                if (rest == null || !goesOn) {
                    end(rest);
                }
            }
            return goesOn ? rest : null;
        }

        /** Whether there is a step to come. */
        boolean step(Lasting rest) {
            boolean goesOn = false;
            try {
                goesOn = attempt(rest::step);
            } finally {
                if (!goesOn) {
                    end(rest);
                }
            }
            return goesOn;
        }

        void wakeBy(Lasting rest, Runnable wake) {
            rest.wakeBy(wake);
            if (place != null) {
                place.whenUnwanted(rest::leave);
            }
        }

        /** For a request that came where a thread waits for its answer. */
        void seeThrough(Lasting rest) {
            Semaphore woken = new Semaphore(0);
            wakeBy(rest, woken::release);
            while (step(rest)) {
                woken.acquireUninterruptibly();
                woken.drainPermits();
            }
        }

        private void end(@Nullable Lasting rest) {
            try (Seat atLast = () -> through(lasting);
                    Seat memory = this::leavePlace;
                    Seat before = () -> through(seat)) {
                if (rest != null) {
                    rest.close();
                }
            } finally {
                metrics.count(target, response.getStatus(), System.nanoTime() - start);
                // A server that goes away cuts what is not sent when nothing runs any more: not before the end is sent.
                AtomicBoolean left = new AtomicBoolean();
                Runnable leave = () -> {
                    if (left.compareAndSet(false, true)) {
                        running.arriveAndDeregister();
                    }
                };
                try {
                    ended.accept(leave);
                } catch (RuntimeException e) {
                    leave.run();
                    throw e;
                }
            }
        }

        private void leavePlace() {
            if (place != null) {
                place.close();
            }
        }

        private static void through(@Nullable Seat seat) {
            if (seat != null) {
                seat.close();
            }
        }

        private boolean attempt(Part part) {
            try {
                return part.run();
            } catch (StatusException e) {
                fail(request, response, e, auditId);
            } catch (StoreUnavailableException e) {
                LOG.warn("{}: the store is not available: {}", auditId, e.getMessage());
                fail(request, response, Statuses.serviceUnavailable(e.told(), 2), auditId);
            } catch (StoreDamagedException | CorruptContentException e) {
                // Not 503: no client gets further by trying again.
                LOG.error("{}: the store is damaged: {}", auditId, e.getMessage());
                fail(
                        request,
                        response,
                        Statuses.storageReadError(
                                "the report store is damaged, see the server's log and breakwater verify: "
                                        + e.getMessage()),
                        auditId);
            } catch (StoreFullException e) {
                // Without Retry-After, or every client would try ten times before it says what is wrong.
                LOG.error("{}: the store is full: {}", auditId, e.getMessage());
                fail(
                        request,
                        response,
                        Statuses.serviceUnavailable("the report store is full: " + e.getMessage(), 0),
                        auditId);
            } catch (IOException e) {
                // The client went away, or the endpoint noticed that what it sends cannot be finished.
                LOG.debug("{}: {}", auditId, e.toString());
                CutOff.request(request, e);
            } catch (RuntimeException | Error e) {
                LOG.error("{}: {} {} failed", auditId, request.getMethod(), request.getRequestURI(), e);
                fail(request, response, Statuses.internalError("see the server's log at audit id " + auditId), auditId);
            }
            return false;
        }

        private void admit(Target target) throws IOException {
            if (drained.getAsBoolean()) {
                response.setHeader("Connection", "close");
                throw Statuses.tooManyRequests("The server is shutting down, please try again later.", 5);
            }
            Opinion.Known known =
                    Impersonation.of(authentication.who(new Credentials(request)), request, authorization);
            User user = known.user();
            authorization.require(user, known.frontProxy(), RequestParser.withSelectors(target, request));
            if (!user.name().equals(Authentication.ANONYMOUS) || target instanceof Target.Resource) {
                Visit.welcome(request, Fairness.flow(user));
            }
            HttpServletRequest bare = new WithoutCredentials(request);
            if (!(target instanceof Target.Resource resource)) {
                dispatch.path(PercentCode.decode(request.getRequestURI()), user, bare, response);
            } else if (resource.watch()) {
                watch(resource, user, bare);
            } else {
                inTurn(resource, user, bare, response);
            }
        }

        private void watch(Target.Resource resource, User user, HttpServletRequest bare) throws IOException {
            // Between events a watch is silent for longer than any idle timeout.
            ServletContextRequest.getServletContextRequest(bare).addIdleTimeoutListener(timeout -> false);
            Query query = Query.of(bare.getQueryString());
            String after = query.text("resourceVersion");
            boolean snapshot = query.flag("sendInitialEvents") || after.isEmpty() || after.equals("0");
            lasting = fairness.take(user, resource, REQUEST_TIMEOUT);
            place = places.open(Fairness.flow(user));
            if (snapshot) {
                Seat first = fairness.take(user, Work.SNAPSHOT, REQUEST_TIMEOUT);
                seat = first;
                InitialList.whenSent(bare, first::close);
            }
            dispatch.resource(resource, user, bare, response);
        }
    }

    private void inTurn(Target.Resource resource, User user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String timeout = Query.of(request.getQueryString()).first("timeout");
        Deadline deadline = Deadline.after(Deadline.shortened(timeout, REQUEST_TIMEOUT), System::nanoTime);
        deadline.attach(request);
        try (Seat seat = fairness.take(user, resource, deadline.left())) {
            RequestThreads.onPlatform(request, () -> dispatch.resource(resource, user, request, response));
        }
    }

    private static void fail(
            HttpServletRequest request, HttpServletResponse response, StatusException failure, String auditId) {
        if (response.isCommitted()) {
            CutOff.request(request, failure);
            return;
        }
        String connection = response.getHeader("Connection");
        response.reset();
        response.setHeader(AUDIT_ID, auditId);
        response.setHeader("Cache-Control", "no-cache, private");
        if (connection != null) {
            response.setHeader("Connection", connection);
        }
        try {
            StatusBody.send(response, failure);
        } catch (IOException e) {
            CutOff.request(request, e);
        }
    }

    private static String auditId(HttpServletRequest request) {
        String given = request.getHeader(AUDIT_ID);
        return given != null && USABLE_AUDIT_ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }
}
