package dev.breakwater.controller.compliance;

import java.util.List;

/**
 * What came out for one control.
 *
 * @param totalFail findings against the control
 * @param findings the first of them
 * @param reasons of a control that is not assessed: one sentence for each thing that was not to be seen; empty for others
 */
record ControlResult(
        Control control,
        ControlStatus status,
        long totalFail,
        List<CheckTally.Finding> findings,
        List<String> reasons) {}
