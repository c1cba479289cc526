package io.pyjob.driver;

/** Placeholder. */
final class SparkWarmUp {
    private SparkWarmUp() {}

    static void start() {}
}
