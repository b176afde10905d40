package dev.breakwater.controller.checks.expression;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A compiled expression. Immutable and usable from any thread. */
public final class Expression {
    private final String text;
    private final Program program;

    Expression(String text, Program program) {
        this.text = text;
        this.program = program;
    }

    /** The value for these variables: a Boolean, Long, Double, String, List or Map; an absent optional is an empty {@link Optional}. */
    public Object value(Map<String, ?> variables) throws EvaluationFailed {
        try {
            return program.eval(variables);
        } catch (CelEvaluationException e) {
            throw new EvaluationFailed(
                    String.valueOf(e.getMessage()), e.getErrorCode() == CelErrorCode.ATTRIBUTE_NOT_FOUND);
        }
    }

    public boolean bool(Map<String, ?> variables) throws EvaluationFailed {
        return value(variables) instanceof Boolean b ? b : wrongType("true or false");
    }

    public String string(Map<String, ?> variables) throws EvaluationFailed {
        return value(variables) instanceof String s ? s : wrongType("a text");
    }

    public List<String> strings(Map<String, ?> variables) throws EvaluationFailed {
        if (value(variables) instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        return wrongType("a list of texts");
    }

    private <T> T wrongType(String wanted) throws EvaluationFailed {
        throw new EvaluationFailed("the expression must give " + wanted + ": " + text, false);
    }
}
