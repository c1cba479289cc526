package io.pyjob.operator.pods;

/** Kubernetes replaces {@code $(NAME)} in commands, arguments and values of environment variables, and {@code $$} by one $. */
final class VariableReferences {
    private VariableReferences() {}

    /** What Kubernetes turns into {@code literal}: what users write means itself. */
    static String escape(String literal) {
        return literal.replace("$", "$$");
    }
}
