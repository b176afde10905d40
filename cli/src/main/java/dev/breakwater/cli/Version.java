package dev.breakwater.cli;

import java.util.Objects;

/** The version that the build wrote into the jar. */
public final class Version {
    /** Such as {@code 0.1.0}; {@code dev} when run from classes. */
    public static final String CURRENT =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");

    private Version() {}
}
