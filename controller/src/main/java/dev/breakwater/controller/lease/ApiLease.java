package dev.breakwater.controller.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import io.kubernetes.client.extended.leaderelection.LeaderElectionRecord;
import io.kubernetes.client.extended.leaderelection.Lock;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordination.k8s.io Lease as the elector's lock, over our own API access.
 *
 * <p>Threading: used by the elector's thread alone; it updates the Lease that it read last.
 */
final class ApiLease implements Lock {
    private static final Logger log = LoggerFactory.getLogger(ApiLease.class);
    private static final Resource LEASES = new Resource("coordination.k8s.io", "v1", "leases", "Lease", true);
    /** MicroTime of Kubernetes: always six digits. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final String namespace;
    private final String name;
    private final String identity;
    private final Runnable sign;
    private ObjectNode lastRead = MAPPER.createObjectNode();
    private volatile String holder = "";
    private volatile String trouble = "";

    /**
     * @param api without retries: an election has its own pauses, and a late answer is worth nothing
     * @param sign given with each attempt
     */
    ApiLease(KubeApi api, String namespace, String name, String identity, Runnable sign) {
        this.api = api;
        this.namespace = namespace;
        this.name = name;
        this.identity = identity;
        this.sign = sign;
    }

    @Override
    public LeaderElectionRecord get() throws ApiException {
        sign.run();
        Optional<JsonNode> lease;
        try {
            lease = api.get(LEASES.named(namespace, name), Map.of(), KubeApi.JSON, MAPPER::readTree);
        } catch (IOException e) {
            failed(e);
            throw new ApiException(e);
        }
        if (lease.isEmpty()) {
            // The elector knows by this code that there is nobody to wait for.
            throw new ApiException(404, "there is no Lease " + name);
        }
        lastRead = (ObjectNode) lease.get();
        JsonNode spec = lastRead.path("spec");
        LeaderElectionRecord record = new LeaderElectionRecord();
        holder = spec.path("holderIdentity").asText();
        record.setHolderIdentity(spec.path("holderIdentity").asText());
        record.setLeaseDurationSeconds(spec.path("leaseDurationSeconds").asInt());
        record.setLeaderTransitions(spec.path("leaseTransitions").asInt());
        record.setAcquireTime(date(spec.path("acquireTime")));
        record.setRenewTime(date(spec.path("renewTime")));
        return record;
    }

    @Override
    public boolean create(LeaderElectionRecord record) {
        ObjectNode lease = MAPPER.createObjectNode();
        lease.put("apiVersion", LEASES.apiVersion());
        lease.put("kind", LEASES.kind());
        lease.putObject("metadata").put("name", name).put("namespace", namespace);
        lease.set("spec", spec(record));
        byte[] body = lease.toString().getBytes(StandardCharsets.UTF_8);
        return succeeds(() ->
                lastRead = (ObjectNode) api.create(LEASES.in(namespace), out -> out.write(body), MAPPER::readTree));
    }

    /** Fails, as it must, where another has written since we read. */
    @Override
    public boolean update(LeaderElectionRecord record) {
        lastRead.set("spec", spec(record));
        byte[] body = lastRead.toString().getBytes(StandardCharsets.UTF_8);
        return succeeds(() -> lastRead =
                (ObjectNode) api.update(LEASES.named(namespace, name), out -> out.write(body), MAPPER::readTree));
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public String describe() {
        return namespace + "/" + name;
    }

    private interface Write {
        void run() throws IOException;
    }

    private boolean succeeds(Write write) {
        try {
            sign.run();
            write.run();
            recovered();
            return true;
        } catch (ApiRefusal refusal) {
            if (!refusal.isConflict()) {
                failed(refusal);
            }
            return false;
        } catch (IOException e) {
            failed(e);
            return false;
        }
    }

    /** Why it was not renewed: another holds it, or the API server did not take it. */
    String whyNotRenewed() {
        return !holder.isEmpty() && !holder.equals(identity)
                ? "another controller, " + holder + ", holds the Lease " + describe() + " now"
                : "the Lease " + describe() + " could not be renewed in time"
                        + (trouble.isEmpty() ? "" : ": " + trouble);
    }

    /** Once per trouble: an election asks every other second. */
    private void failed(IOException e) {
        String now = e instanceof InterruptedIOException timeout
                ? "the API server did not answer (" + timeout.getMessage() + ")"
                : String.valueOf(e.getMessage() == null ? e.toString() : e.getMessage());
        if (!now.equals(trouble)) {
            log.warn("lease {}: {}", describe(), now);
        }
        trouble = now;
    }

    private void recovered() {
        if (!trouble.isEmpty()) {
            log.info("lease {}: renewed again", describe());
            trouble = "";
        }
    }

    private static ObjectNode spec(LeaderElectionRecord record) {
        ObjectNode spec = MAPPER.createObjectNode();
        spec.put("holderIdentity", record.getHolderIdentity());
        spec.put("leaseDurationSeconds", record.getLeaseDurationSeconds());
        spec.put("leaseTransitions", record.getLeaderTransitions());
        putTime(spec, "acquireTime", record.getAcquireTime());
        putTime(spec, "renewTime", record.getRenewTime());
        return spec;
    }

    /** The record with which a leader gives the Lease up before it ever read one has no times. */
    private static void putTime(ObjectNode spec, String field, @Nullable Date time) {
        if (time != null) {
            spec.put(field, MICRO_TIME.format(time.toInstant()));
        }
    }

    private static Date date(JsonNode time) {
        return time.isTextual() ? Date.from(Instant.parse(time.asText())) : new Date(0);
    }
}
