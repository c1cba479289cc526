package io.pyjob.operator.local;

import java.nio.file.Path;

/** Where the parts of a run are on this machine. Pure: paths only. */
record RunFolder(Path root) {
    /** Short, as the paths of Unix sockets below it are limited to 107 bytes. */
    Path volume(String shortPod) {
        return root.resolve(shortPod);
    }

    Path mount(String volume) {
        return root.resolve("mnt").resolve(volume);
    }

    /** Where volumes of that ConfigMap are; a Secret may have the same name. */
    Path configMap(String name) {
        return mount(name);
    }

    Path secret(String name) {
        return mount(name + "-secret");
    }

    Path logs() {
        return root.resolve("logs");
    }

    Path log(String pod, String container) {
        return logs().resolve(pod + "-" + container + ".log");
    }

    Path terminationLog(String shortPod, String container) {
        return volume(shortPod).resolve("end-" + container);
    }
}
