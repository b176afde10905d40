package dev.breakwater.controller.compliance;

import java.util.List;

/**
 * What came out for one control.
 *
 * @param totalFail findings against the control
 * @param findings the first of them
 */
record ControlResult(Control control, ControlStatus status, long totalFail, List<CheckTally.Finding> findings) {}
