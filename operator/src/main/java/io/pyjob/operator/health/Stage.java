package io.pyjob.operator.health;

/** Where the operator is. */
public enum Stage {
    STARTING("starts", false),
    STANDBY("waits for the lease", true),
    TAKING_OVER("has the lease and reads what there is", false),
    LEADING("leads", true),
    STOPPING("stops", false);

    private final String words;
    private final boolean ready;

    Stage(String words, boolean ready) {
        this.words = words;
        this.ready = ready;
    }

    /** For people. */
    public String words() {
        return words;
    }

    /** Whether a rollout may go on. */
    boolean isReady() {
        return ready;
    }
}
