package io.pyjob.operator.local;

import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.manifest.Fault;
import io.pyjob.api.manifest.Manifest;
import io.pyjob.api.manifest.ManifestText;
import io.pyjob.api.manifest.Reading;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What {@code pyjob run} is to run.
 *
 * @param job the job, of a schedule a run of it, with a namespace, an identity and a status as a cluster would have given it; empty if there are faults
 * @param objects what stands in for the cluster's objects that it names
 * @param workFolder the script's working directory
 * @param faults all that is wrong with the request, to be told as it is
 */
record JobRequest(PyJob job, LocalObjects objects, Path workFolder, List<String> faults) {
    private static final String NAMESPACE = "default";

    JobRequest {
        faults = List.copyOf(faults);
    }

    /** Reads the manifest, or makes one for a script, and puts the options onto it. */
    static JobRequest read(RunOptions options, Path cwd) {
        Path target = cwd.resolve(options.target);
        boolean manifest = ManifestFile.isNamedSo(options.target);
        Path folder = manifest ? Objects.requireNonNullElse(target.normalize().getParent(), cwd) : cwd;
        ManifestText text = manifest ? ManifestFile.read(target) : ScriptManifest.of(options.target);
        text.job().ifPresent(tree -> Overrides.put(options, tree));
        return checked(text, folder, options, cwd);
    }

    /** All that is wrong with a manifest, whether it is to run here or on a cluster. */
    static List<String> faultsOf(Reading reading, Path manifest) {
        return told(reading.faults(), manifest.toString());
    }

    private static JobRequest checked(ManifestText text, Path folder, RunOptions options, Path cwd) {
        String source = options.target;
        Reading reading = Manifest.check(text);
        Optional<PyJob> job = reading.job();
        List<Fault> faults = new ArrayList<>(reading.faults());
        String place = reading.schedule().isPresent() ? "spec.template." : "";
        List<String> ofOptions = new ArrayList<>();
        LocalObjects objects = LocalObjects.read(
                text, job.map(sound -> sound.getMetadata().getNamespace()).orElse(null), options, cwd, ofOptions);
        if (ofOptions.isEmpty()) {
            job.ifPresent(sound -> LocalReferences.missing(sound, objects)
                    .forEach(fault -> faults.add(new Fault(place + fault.path(), fault.message()))));
        }
        ofOptions.addAll(0, told(faults, source));
        if (job.isEmpty() || !ofOptions.isEmpty()) {
            return new JobRequest(new PyJob(), LocalObjects.NONE, folder, ofOptions);
        }
        LocalTexts.settle(job.get(), objects);
        return new JobRequest(admitted(job.get()), objects, folder, List.of());
    }

    /** What an API server adds to an object that it takes in. */
    private static PyJob admitted(PyJob job) {
        if (job.getMetadata().getNamespace() == null) {
            job.getMetadata().setNamespace(NAMESPACE);
        }
        job.getMetadata().setUid(UUID.randomUUID().toString());
        job.getMetadata().setGeneration(1L);
        job.setStatus(PyJobStatus.NEW);
        return job;
    }

    private static List<String> told(List<Fault> faults, String source) {
        return faults.stream().map(fault -> source + ": " + fault).toList();
    }
}
