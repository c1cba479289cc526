package io.pyjob.operator.pods;

/**
 * Secret values for a job that has none yet. Whoever plans draws them anew each time; only those that get written count.
 *
 * @param sparkSecret authenticates Spark's own connections
 * @param reportToken authenticates the driver's reports
 */
public record FreshSecrets(String sparkSecret, String reportToken) {

    /** Without the values, so that no log ever shows them. */
    @Override
    public String toString() {
        return "FreshSecrets[]";
    }
}
