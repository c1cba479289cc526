package io.pyjob.e2e.images;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a command in a container of its own ended. It has no network, no capabilities, and cannot write to its image's files.
 *
 * @param output what it wrote, to both of its streams
 */
record OneShot(int exitCode, String output) {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Runs a program of the image, as the image's user. */
    static OneShot run(Image image, Map<String, String> env, String... command) {
        return run(image, env, "", List.of(), command);
    }

    /** The output of a shell's command line that must succeed, as root, so that it sees all files. */
    static String shell(Image image, String script) {
        OneShot ended = run(image, Map.of(), "0:0", List.of(), "/bin/sh", "-c", script);
        if (ended.exitCode() != 0) {
            throw new AssertionError(script + " in " + image.reference() + ": " + ended);
        }
        return ended.output();
    }

    /** Reads a file of this machine, whoever owns it. */
    static String read(Path file) {
        Bind bind = new Bind(file.toString(), new Volume("/file"), AccessMode.ro);
        return run(Image.RUNTIME, Map.of(), "0:0", List.of(bind), "/bin/cat", "/file")
                .output();
    }

    /** Empties a folder of this machine, whoever owns what is in it. */
    static void empty(Path folder) {
        Bind bind = new Bind(folder.toString(), new Volume("/folder"), AccessMode.rw);
        run(Image.RUNTIME, Map.of(), "0:0", List.of(bind), "/bin/sh", "-c", "rm -rf /folder/* /folder/.[!.]*");
    }

    private static OneShot run(Image image, Map<String, String> env, String user, List<Bind> binds, String... command) {
        HostConfig host = new HostConfig()
                .withNetworkMode("none")
                .withReadonlyRootfs(true)
                .withTmpFs(Map.of("/tmp", "rw"))
                .withBinds(binds);
        if (user.isEmpty()) {
            host.withCapDrop(Capability.ALL);
        }
        try (DockerContainer container = new DockerContainer(image.reference(), create -> {
            create.withHostConfig(host);
            if (command.length > 0) {
                create.withEntrypoint(command).withCmd();
            }
            if (!user.isEmpty()) {
                create.withUser(user);
            }
        })) {
            container.withEnv(env).start();
            int exitCode = container.exitCode(PATIENCE);
            return new OneShot(exitCode, container.output());
        }
    }
}
