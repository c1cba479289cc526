package io.pyjob.e2e.images;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/** One container, of which it is of interest how it ends and not when it is ready. */
final class DockerContainer extends GenericContainer<DockerContainer> {
    DockerContainer(String image, Consumer<CreateContainerCmd> settings) {
        super(DockerImageName.parse(image));
        withCreateContainerCmdModifier(settings);
        withStartupCheckStrategy(new Started());
    }

    /** Waits for its end. */
    int exitCode(Duration patience) {
        try (WaitContainerResultCallback end = new WaitContainerResultCallback()) {
            return getDockerClient()
                    .waitContainerCmd(getContainerId())
                    .exec(end)
                    .awaitStatusCode(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that it wrote, as far as it has. */
    String output() {
        StringBuilder text = new StringBuilder();
        try {
            getDockerClient()
                    .logContainerCmd(getContainerId())
                    .withStdOut(true)
                    .withStdErr(true)
                    .exec(new ResultCallback.Adapter<Frame>() {
                        @Override
                        public void onNext(Frame frame) {
                            text.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                        }
                    })
                    .awaitCompletion();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a test", e);
        }
        return text.toString();
    }

    /** Sends SIGTERM, as the kubelet does. */
    void terminate() {
        getDockerClient().killContainerCmd(getContainerId()).withSignal("TERM").exec();
    }

    /** Whatever it has done since, it was started. */
    private static final class Started extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(com.github.dockerjava.api.DockerClient client, String containerId) {
            return StartupStatus.SUCCESSFUL;
        }
    }
}
