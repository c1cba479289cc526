package io.pyjob.operator.local;

import io.fabric8.kubernetes.api.model.Volume;
import io.pyjob.api.KeyFiles;
import io.pyjob.api.KeyPath;
import io.pyjob.api.PyJobSpec;
import io.pyjob.api.VolumeSpec;
import io.pyjob.operator.pods.UserVolumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Where the manifest's own volumes are on this machine. */
record LocalVolumes(LocalObjects objects, RunFolder folder) {
    private static final String OF_POD = "volumes";

    static boolean isOne(Volume volume) {
        return volume.getName().startsWith(UserVolumes.PREFIX);
    }

    /** The folder that stands for a pod's volume. */
    Path of(Volume volume, String shortPod) {
        Path given = objects.volumes().get(volume.getName().substring(UserVolumes.PREFIX.length()));
        if (given != null) {
            return given;
        }
        boolean hasFiles = volume.getSecret() != null || volume.getConfigMap() != null;
        return hasFiles
                ? folder.mount(volume.getName())
                : folder.volume(shortPod).resolve(OF_POD).resolve(volume.getName());
    }

    /** Writes Secrets and ConfigMaps as files, and makes the folders within claims. */
    void prepare(PyJobSpec spec) {
        for (VolumeSpec volume : spec.volumes()) {
            KeyFiles secret = volume.secret();
            KeyFiles configMap = volume.configMap();
            if (objects.volumes().containsKey(volume.name())) {
                continue;
            }
            if (secret != null) {
                write(volume, secret, objects.secrets());
            }
            if (configMap != null) {
                write(volume, configMap, objects.configMaps());
            }
        }
    }

    /** Where those volumes are that are one folder for all pods: by their paths in a pod, for settings that name them. */
    Map<String, Path> forAllPods(PyJobSpec spec) {
        Map<String, Path> folders = new TreeMap<>();
        Map<String, Path> claims = new LinkedHashMap<>();
        for (VolumeSpec volume : spec.volumes()) {
            Path given = objects.volumes().get(volume.name());
            if (given == null && volume.claim() != null) {
                given = claims.get(volume.claim());
            }
            if (given == null && (volume.secret() != null || volume.configMap() != null)) {
                given = folder.mount(UserVolumes.PREFIX + volume.name());
            }
            if (given != null) {
                if (volume.claim() != null) {
                    claims.putIfAbsent(volume.claim(), given);
                }
                folders.put(volume.mountPath(), volume.subPath() == null ? given : given.resolve(volume.subPath()));
            }
        }
        return folders;
    }

    private void write(VolumeSpec volume, KeyFiles files, Map<String, Map<String, byte[]>> there) {
        Map<String, byte[]> keys = there.getOrDefault(files.name(), Map.of());
        Map<String, byte[]> contents = new TreeMap<>(files.items().isEmpty() ? keys : Map.of());
        for (KeyPath item : files.items()) {
            byte[] content = keys.get(item.key());
            if (content != null) {
                contents.put(item.path(), content);
            }
        }
        Path into = folder.mount(UserVolumes.PREFIX + volume.name());
        makeFolder(into);
        contents.forEach((name, content) -> {
            Path file = into.resolve(name);
            try {
                Files.createDirectories(file.resolveSibling("."));
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(file, content);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be written", e);
            }
        });
    }

    /** A folder that is there already stays as it is. */
    static void makeFolder(Path folder) {
        try {
            if (!Files.exists(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " cannot be made", e);
        }
    }
}
