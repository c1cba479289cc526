package io.pyjob.operator.plan;

import java.time.Instant;

/**
 * Why Kubernetes itself has ended a pod or ends it: a node that runs short, is drained or lost, a more important pod. That
 * is nobody's fault in the job.
 *
 * @param reason Kubernetes' own word for it, for instance Evicted
 * @param message its explanation, empty if there is none
 * @param at since when
 * @param neverStarted whether it is certain that none of its containers ever ran: its node has refused the pod
 */
public record PodLoss(String reason, String message, Instant at, boolean neverStarted) {

    /** For instance: Evicted: The node was low on resource: memory. */
    @Override
    public String toString() {
        return message.isBlank() ? reason : reason + ": " + message.strip();
    }
}
