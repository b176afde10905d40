package dev.breakwater.testkit;

import java.util.Arrays;
import java.util.Locale;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs from the machine beyond a JDK.
 *
 * <p>Where it is missing the test is skipped and the reason is printed, unless the environment variable {@value
 * #REQUIRED} names it in its comma-separated list ({@code postgres,cluster,node}): then the test fails, so that a
 * machine that is meant to run everything cannot pass by running nothing.
 */
public enum Requirement {
    /** A PostgreSQL 15 or later. */
    POSTGRES,
    /** A Kubernetes control plane: kube-apiserver, etcd, controller-manager, scheduler. */
    CLUSTER,
    /** A control plane with a node that runs pods. */
    NODE;

    static final String REQUIRED = "BREAKWATER_REQUIRE";

    /**
     * Ends the test that asked.
     *
     * @param reason what is missing and how to get it, in one sentence
     * @return never; declared so that a caller can write {@code throw requirement.missing(...)}
     * @throws TestAbortedException where this may be missing
     * @throws AssertionError where {@value #REQUIRED} names it
     */
    public RuntimeException missing(String reason) {
        throw missing(reason, System.getenv().getOrDefault(REQUIRED, ""));
    }

    RuntimeException missing(String reason, String required) {
        String named = name().toLowerCase(Locale.ROOT);
        if (Arrays.stream(required.split(",")).map(String::strip).anyMatch(named::equals)) {
            throw new AssertionError("%s is required by %s, but: %s".formatted(named, REQUIRED, reason));
        }
        throw new TestAbortedException("needs %s: %s".formatted(named, reason));
    }
}
