package dev.breakwater.controller.lease;

import dev.breakwater.controller.kube.KubeApi;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
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
    private final LeaseSettings settings;
    private final KubeApi api;
    private final String namespace;
    private final String identity;
    private @Nullable LeaderElector elector;
    private @Nullable Thread renewer;

    /**
     * @param identity of this process, different from every other's
     */
    public Leadership(KubeApi api, String namespace, String identity, LeaseSettings settings) {
        this.api = api;
        this.namespace = namespace;
        this.identity = identity;
        this.settings = settings;
    }

    /** Begins to stand for election; without election, leads at once. */
    public void start() {
        if (!settings.enabled()) {
            won.countDown();
            return;
        }
        LeaderElector standing = new LeaderElector(new LeaderElectionConfig(
                new ApiLease(api.once(settings.renewDeadline()), namespace, settings.name(), identity),
                settings.duration(),
                settings.renewDeadline(),
                settings.retryPeriod()));
        elector = standing;
        renewer = Thread.ofVirtual().name("lease").start(() -> {
            standing.run(
                    () -> {
                        log.info("leading as {}", identity);
                        won.countDown();
                    },
                    () -> log.info("no longer leading"));
            lost.countDown();
        });
    }

    public boolean isLeading() {
        return won.getCount() == 0 && lost.getCount() > 0;
    }

    @Override
    public void close() {
        if (elector != null) {
            elector.close();
        }
        if (renewer != null) {
            renewer.interrupt();
        }
        lost.countDown();
    }
}
