package io.pyjob.operator.local;

import io.pyjob.api.LogPlace;
import io.pyjob.api.PyJobSpec;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where a run on this machine writes event log and logs: where the manifest says, but there are no claims here. */
final class LocalLogs {
    private LocalLogs() {}

    /** The job with the places that it has here. */
    static PyJobSpec settle(PyJobSpec spec, Display display) {
        return settleCopies(settleEvents(spec, display), display);
    }

    /** Where copies of logs go, if it is a folder of this machine. */
    static Optional<Path> folder(PyJobSpec spec) {
        return Optional.ofNullable(spec.logs())
                .flatMap(logs -> Optional.ofNullable(logs.directory()))
                .filter(address -> address.startsWith("file:"))
                .flatMap(LocalLogs::path);
    }

    private static Optional<Path> path(String address) {
        try {
            return Optional.of(Path.of(new URI(address).getPath()));
        } catch (URISyntaxException e) {
            return Optional.empty(); // the JVMs tell it, as they do on a cluster
        }
    }

    /** Makes that folder; why it cannot be made. On a cluster only the JVMs' logs tell that, which few look at here. */
    static Optional<String> make(Path folder) {
        try {
            Files.createDirectories(folder);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("spec.logs (--logs): the folder " + folder + " cannot be made: " + e);
        }
    }

    private static PyJobSpec settleEvents(PyJobSpec spec, Display display) {
        LogPlace log = spec.eventLog();
        if (log == null || log.claim() == null) {
            return spec;
        }
        display.say("spec.eventLog.claim is for a cluster; --event-log DIR writes the event log here");
        return spec.withEventLog(null);
    }

    private static PyJobSpec settleCopies(PyJobSpec spec, Display display) {
        LogPlace logs = spec.logs();
        if (logs == null || logs.claim() == null) {
            return spec;
        }
        display.say("spec.logs.claim is for a cluster; --logs DIR copies what the containers write to here");
        return spec.withLogs(null);
    }
}
