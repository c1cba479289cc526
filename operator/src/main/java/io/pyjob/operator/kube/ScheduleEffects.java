package io.pyjob.operator.kube;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobSchedule;
import io.pyjob.operator.plan.Refusal.Cause;
import io.pyjob.operator.schedule.ScheduleAction;
import java.net.HttpURLConnection;
import java.util.function.Consumer;

/** Carries the actions for one schedule out through the API server. A run that is there already under its name is done. */
final class ScheduleEffects implements ScheduleAction.Effects {
    private final KubernetesClient client;
    private final Consumer<PyJob> written;
    private final RunRefusals refusals;
    private final PyJobSchedule schedule;

    /** {@code written} takes note of a run, so that nobody waits for the informer to see it. */
    ScheduleEffects(KubernetesClient client, Consumer<PyJob> written, RunRefusals refusals, PyJobSchedule schedule) {
        this.client = client;
        this.written = written;
        this.refusals = refusals;
        this.schedule = schedule;
    }

    @Override
    public void start(PyJob run) {
        written.accept(createOrFind(run));
        refusals.forget(schedule.getMetadata().getUid());
    }

    @Override
    public void delete(String run, String reason) {
        client.resources(PyJob.class)
                .inNamespace(schedule.getMetadata().getNamespace())
                .withName(run)
                .withPropagationPolicy(DeletionPropagation.BACKGROUND)
                .delete();
    }

    private PyJob createOrFind(PyJob run) {
        String name = run.getMetadata().getName();
        try {
            return client.resource(run).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return found(run, e);
            }
            Cause cause =
                    ApiRefusal.cause(e).orElseThrow(() -> e); // what may be over in a moment is JOSDK's to try again
            throw new ApiRefusal(name, false, cause, ApiRefusal.message(e));
        }
    }

    private PyJob found(PyJob run, KubernetesClientException conflict) {
        PyJob there = client.resource(run).get();
        if (there == null) {
            throw conflict; // it has just gone
        }
        if (isOwned(there, schedule)) {
            return there;
        }
        throw new ApiRefusal(
                run.getMetadata().getName(),
                false,
                Cause.NAME_TAKEN,
                "a PyJob of that name is there already, and it is not of this schedule: delete it");
    }

    static boolean isOwned(PyJob run, PyJobSchedule schedule) {
        return run.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(schedule.getMetadata().getUid()));
    }
}
