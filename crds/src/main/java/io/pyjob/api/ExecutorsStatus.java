package io.pyjob.api;

/**
 * The executors of the current attempt.
 *
 * @param desired how many there should be
 * @param ready how many have registered with the driver
 * @param lastId the highest executor id ever given out: ids are never reused
 * @param failed how many ended without being asked to
 */
public record ExecutorsStatus(int desired, int ready, int lastId, int failed) {
    public static final ExecutorsStatus NONE = new ExecutorsStatus(0, 0, 0, 0);
}
