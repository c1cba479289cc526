package io.pyjob.operator.pods;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.pyjob.api.LogPlace;
import java.util.List;
import java.util.Optional;

/**
 * A {@link LogPlace} as pods have it.
 *
 * @param volume the name of the volume, if it is in a claim
 * @param mountPath where that is mounted
 */
record LogFolder(String volume, String mountPath) {
    /** The address to write to. */
    String address(LogPlace place) {
        if (place.directory() != null) {
            return place.directory();
        }
        return "file:" + mountPath + (place.path() == null ? "" : "/" + place.path());
    }

    List<Volume> volumes(Optional<LogPlace> place) {
        return claim(place).stream()
                .map(claim -> new VolumeBuilder()
                        .withName(volume)
                        .withNewPersistentVolumeClaim(claim, false)
                        .build())
                .toList();
    }

    /** The whole of the claim: a folder of it that is not there yet would be made as root's, and not be writable. */
    List<VolumeMount> mounts(Optional<LogPlace> place) {
        return claim(place).stream()
                .map(claim -> new VolumeMountBuilder()
                        .withName(volume)
                        .withMountPath(mountPath)
                        .build())
                .toList();
    }

    private static Optional<String> claim(Optional<LogPlace> place) {
        return place.flatMap(there -> Optional.ofNullable(there.claim()));
    }
}
