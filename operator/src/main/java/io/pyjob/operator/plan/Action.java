package io.pyjob.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;

/** One thing to do to the world. Every action is idempotent: what is already done counts as done. */
public sealed interface Action {

    /** Does this action through {@code effects}; one method per effect, so that the compiler names every place to change. */
    void carryOut(Effects effects);

    /** What carries actions out: a Kubernetes API server, or processes on this machine. */
    interface Effects {
        /** Writes a Secret, ConfigMap, Service or NetworkPolicy; one of that name that is there already is left as it is. */
        void create(HasMetadata object);

        /** Starts a pod; one of that name that is there already is left as it is. */
        void createPod(Pod pod);

        /** Ends a pod and its containers, at first politely; one that is gone already is no error. */
        void deletePod(String name, String reason);

        /** Deletes the job itself, and with it all that belongs to it; one that is gone already is no error. */
        void deleteJob(String reason);
    }

    /** Write an object that pods mount or go through. */
    record CreateObject(HasMetadata object) implements Action {
        @Override
        public void carryOut(Effects effects) {
            effects.create(object);
        }
    }

    /** Start a pod. */
    record CreatePod(Pod pod) implements Action {
        @Override
        public void carryOut(Effects effects) {
            effects.createPod(pod);
        }
    }

    /** End a pod. */
    record DeletePod(String name, String reason) implements Action {
        @Override
        public void carryOut(Effects effects) {
            effects.deletePod(name, reason);
        }
    }

    /** Delete the job. */
    record DeleteJob(String reason) implements Action {
        @Override
        public void carryOut(Effects effects) {
            effects.deleteJob(reason);
        }
    }
}
