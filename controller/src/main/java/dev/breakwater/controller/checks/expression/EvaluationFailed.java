package dev.breakwater.controller.checks.expression;

import java.io.Serial;

/** An expression could not be evaluated on an object. The message names the expression's position and the reason. */
public final class EvaluationFailed extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final boolean absentValue;

    EvaluationFailed(String message, boolean absentValue) {
        super(message);
        this.absentValue = absentValue;
    }

    /** Whether the reason is a key or variable that the object does not have, as opposed to a value of the wrong type. */
    public boolean isAbsentValue() {
        return absentValue;
    }
}
