package dev.breakwater.controller.checks.expression;

import java.io.Serial;

/** An expression that does not compile. The message shows the place in the expression. */
public final class InvalidExpression extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    InvalidExpression(String message) {
        super(message);
    }
}
