package dev.breakwater.controller.compliance;

/** What came out for a control. Only {@link #PASS} and {@link #FAIL} are counted in a report's summary. */
public enum ControlStatus {
    PASS,
    FAIL,
    /** Only ever a control's declared default. */
    WARN,
    /** A person has to judge. */
    MANUAL,
    /** At least one of the control's checks has not run with the present checks, and none that has run found anything. */
    NOT_ASSESSED
}
