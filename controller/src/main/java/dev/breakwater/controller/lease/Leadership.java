package dev.breakwater.controller.lease;

import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.loop.Pulse;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the Lease. Who loses it must end: what it was about to do may already be done by another.
 *
 * <p>Threading: one virtual thread renews; any thread may wait.
 */
public final class Leadership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    private final CountDownLatch won = new CountDownLatch(1);
    private final CountDownLatch lost = new CountDownLatch(1);
    /** Beyond the time limit of one attempt. */
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final LeaseSettings settings;
    private final Loops loops;
    private final KubeApi api;
    private final String namespace;
    private final String identity;
    private @Nullable LeaderElector elector;
    private @Nullable ApiLease lease;
    private @Nullable Pulse pulse;
    private @Nullable Thread renewer;

    /**
     * @param identity of this process, different from every other's
     */
    public Leadership(KubeApi api, String namespace, String identity, LeaseSettings settings, Loops loops) {
        this.api = api;
        this.namespace = namespace;
        this.identity = identity;
        this.settings = settings;
        this.loops = loops;
    }

    /** Begins to stand for election; without election, leads at once. */
    public void start() {
        if (!settings.enabled()) {
            won.countDown();
            return;
        }
        Pulse sign = loops.pulse("lease", settings.renewDeadline().plus(SILENCE));
        pulse = sign;
        ApiLease object =
                new ApiLease(api.once(settings.renewDeadline()), namespace, settings.name(), identity, sign::beat);
        lease = object;
        LeaderElector standing = new LeaderElector(new LeaderElectionConfig(
                object, settings.duration(), settings.renewDeadline(), settings.retryPeriod()));
        elector = standing;
        renewer = Thread.ofVirtual().name("lease").start(() -> {
            try {
                standing.run(
                        () -> {
                            log.info("leading as {}", identity);
                            won.countDown();
                        },
                        () -> log.info("no longer leading"));
            } finally {
                // Whatever ended it: who does not renew must not go on leading.
                lost.countDown();
            }
        });
    }

    public boolean isLeading() {
        return won.getCount() == 0 && lost.getCount() > 0;
    }

    /** For people, once it no longer leads. */
    public String whyLost() {
        ApiLease object = lease;
        return object == null ? "leader election has ended" : object.whyNotRenewed();
    }

    @Override
    public void close() {
        if (pulse != null) {
            pulse.close();
        }
        lost.countDown();
        if (elector != null) {
            elector.close();
        }
        if (renewer != null) {
            renewer.interrupt();
            try {
                renewer.join(STOPPING);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
