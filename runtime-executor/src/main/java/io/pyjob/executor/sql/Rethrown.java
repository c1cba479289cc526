package io.pyjob.executor.sql;

/** Scala's methods declare nothing, and throw what they like; so do those that take their place. */
final class Rethrown {
    private Rethrown() {}

    /** Throws it as it is. The result is for the compiler, which then knows that nothing follows. */
    @SuppressWarnings("unchecked")
    static <E extends Throwable> RuntimeException of(Throwable e) throws E {
        throw (E) e;
    }
}
