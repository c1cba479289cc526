package io.pyjob.operator.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pyjob.api.Phase;
import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobStatus;
import io.pyjob.api.Timeline;
import io.pyjob.operator.http.LoopbackServer;
import io.pyjob.operator.pods.Attempt;
import io.pyjob.operator.pods.FreshSecrets;
import io.pyjob.operator.pods.PodSettings;
import io.pyjob.operator.report.ReportEndpoint;
import io.pyjob.operator.trace.Trace;
import io.pyjob.operator.trace.TraceTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code pyjob run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a job as processes of this machine: the driver's JVM and the script, and for each executor a JVM and a"
                    + " pool of Python workers.",
            "The exit code is the script's; 70 if PyJob or Spark failed, 65 for a malformed manifest, 69 if this machine"
                    + " could not be set up, 124 if a timeout of the manifest is over, 130 after Ctrl-C.%n"
        })
final class RunCommand implements Callable<Integer> {
    private static final int SETUP_FAILED = 69;
    private static final int SIGNALLED = 128;
    private static final int SECRET_BYTES = 32;
    private static final String REPORTS = "/report";

    private final ObjectMapper json;
    private final Agent agent;
    private final BlockingQueue<AgentEvent> events;
    private final RunFolder folder;
    private final Map<String, String> env;
    private boolean last;

    /** The folder for copies of logs, if there are any on this machine. */
    private Optional<Path> copies = Optional.empty();

    @Mixin
    private final RunOptions options = new RunOptions();

    RunCommand(
            ObjectMapper json,
            Agent agent,
            BlockingQueue<AgentEvent> events,
            RunFolder folder,
            Map<String, String> env) {
        this.json = json;
        this.agent = agent;
        this.events = events;
        this.folder = folder;
        this.env = env;
    }

    /** Whether the user wants the run's folder kept. */
    boolean isKept() {
        return options.keep;
    }

    /** Whether somebody looks at the logs when the run is over. */
    boolean areLogsRead() {
        return options.keep || copies.isPresent();
    }

    /** Whether the agent is gone, so that this process must clear up. */
    boolean isLast() {
        return last;
    }

    @Override
    public Integer call() throws InterruptedException {
        JobRequest request = JobRequest.read(options, Path.of("").toAbsolutePath());
        if (!request.faults().isEmpty()) {
            request.faults().forEach(fault -> agent.say("pyjob: " + fault));
            return ValidateCommand.MALFORMED;
        }
        PyJob job = request.job();
        job.getMetadata().setCreationTimestamp(began().toString());
        Display display = new Display(
                agent,
                job.getMetadata().getName(),
                new Display.Settings(isOnTerminal(), columns(), options.verbose, options.quiet));
        if (job.getSpec().suspend()) {
            job.setSpec(job.getSpec().resumed());
            display.say("spec.suspend is true: that is for a cluster, this run begins all the same");
        }
        List<String> ofCluster = job.getSpec().saidOfCluster();
        if (!ofCluster.isEmpty()) {
            job.setSpec(job.getSpec().withoutCluster());
            display.say(String.join(", ", ofCluster) + ": that is for a cluster, this run has no pods");
        }
        job.setSpec(LocalLogs.settle(job.getSpec(), display));
        copies = LocalLogs.folder(job.getSpec());
        Optional<String> noFolder = copies.flatMap(LocalLogs::make);
        if (noFolder.isPresent()) {
            display.say(noFolder.get());
            return SETUP_FAILED;
        }
        Optional<Path> python = python(job);
        if (python.isEmpty()) {
            return SETUP_FAILED;
        }
        return run(job, request, python.get(), display);
    }

    private int run(PyJob job, JobRequest request, Path python, Display display) throws InterruptedException {
        Instant start = Instant.now();
        SecureRandom random = new SecureRandom();
        FreshSecrets secrets = new FreshSecrets(secret(random), secret(random));
        Machine machine = new Machine(
                folder,
                Path.of(Objects.requireNonNull(env.get("PYJOB_HOME"))),
                Path.of(Objects.requireNonNull(env.get("PYJOB_JAVA"))),
                python,
                request.workFolder(),
                Machine.HostEnv.of(env, named()),
                request.objects(),
                options.isolate,
                "1".equals(env.get("PYJOB_TRAINING")));
        machine.volumes().prepare(job.getSpec());
        Map<String, Path> folders = machine.volumes().forAllPods(job.getSpec());
        folders.forEach((path, here) -> display.detail(() -> path + " is " + here + " here"));
        Map<String, String> conf = new LinkedHashMap<>(job.getSpec().conf());
        conf.replaceAll((key, value) -> LocalPaths.of(value, folders));
        job.setSpec(job.getSpec().withConf(conf));
        display.detail(() -> "Python " + python + ", runtime " + machine.home() + ", folder " + folder.root());
        int port = Integer.parseInt(job.getSpec().conf().getOrDefault("spark.driver.port", "7078"));
        LocalCluster cluster = new LocalCluster(machine, agent, LoopbackAddresses.find(random, port));
        ReportEndpoint reports =
                new ReportEndpoint(REPORTS, new LocalReports(job, secrets.reportToken(), events), json);
        try (LoopbackServer server = LoopbackServer.listen(reports)) {
            PodSettings settings =
                    PodSettings.of("pyjob-runtime", job.getSpec().python().image(), server.url() + REPORTS);
            LocalRun run = new LocalRun(job, cluster, events, secrets, settings, display);
            PyJobStatus status = run.toItsEnd();
            last = run.hasLostAgent();
            if (last) {
                return LocalMain.INTERNAL_ERROR;
            }
            Duration took = Duration.between(start, Instant.now());
            int code = told(job, status, run, took, display);
            traced(job, display);
            return code;
        }
    }

    private int told(PyJob job, PyJobStatus status, LocalRun run, Duration took, Display display) {
        agent.live("");
        String name = job.getMetadata().getName();
        copies.ifPresent(to -> display.note("copies of logs: " + to.resolve(Attempt.applicationId(job, 1))));
        if (run.cancelledBy().isPresent()) {
            display.say(name + " was cancelled after " + StatusText.seconds(took));
            return SIGNALLED + run.cancelledBy().getAsInt();
        }
        if (status.phase() == Phase.Succeeded) {
            display.succeeded(took);
            return 0;
        }
        String why = Objects.requireNonNullElse(status.message(), "")
                .lines()
                .findFirst()
                .orElse("no reason was given");
        display.say(name + " failed after " + StatusText.seconds(took) + ": " + why);
        if (!options.keep && Files.isDirectory(folder.logs())) {
            keepLogs(name, display);
        }
        return Objects.requireNonNullElse(status.exitCode(), LocalMain.INTERNAL_ERROR);
    }

    /** A file that cannot be written must not change how the run ends. */
    private void traced(PyJob job, Display display) {
        Timeline timeline = Objects.requireNonNullElse(job.getStatus().timeline(), Timeline.NONE);
        Optional<Trace> trace = Trace.of(job.getMetadata().getName(), timeline);
        if (options.traces.isEmpty() || trace.isEmpty()) {
            return;
        }
        for (String file : options.traces) {
            if (file.isEmpty()) {
                int columns = isOnTerminal() ? columns() : TraceTable.WIDE;
                TraceTable.lines(trace.get(), columns, isOnTerminal()).forEach(agent::say);
                continue;
            }
            try {
                TraceFile.write(trace.get(), Path.of(file));
            } catch (IOException e) {
                display.say(file + " cannot be written: " + e);
            }
        }
    }

    private int columns() {
        return Integer.parseInt(env.getOrDefault("PYJOB_COLUMNS", "80"));
    }

    private boolean isOnTerminal() {
        return "1".equals(env.get("PYJOB_TERMINAL"));
    }

    /** When the user's command began, of which this JVM is the second part. */
    private Instant began() {
        String millis = env.get("PYJOB_BEGAN");
        return millis == null ? Instant.now() : Instant.ofEpochMilli(Long.parseLong(millis));
    }

    /** A home that cannot be written to must not change how the run ends. */
    private void keepLogs(String job, Display display) {
        LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
        try {
            display.say("logs: " + KeptLogs.keep(folder.logs(), KeptLogs.folder(env), job, now));
        } catch (UncheckedIOException e) {
            display.say(e.getMessage() + ": " + e.getCause());
        }
    }

    /** The Python that the job's containers run; empty if there is none, which has been told. */
    private Optional<Path> python(PyJob job) throws InterruptedException {
        if (options.python != null) {
            Optional<Path> found = Programs.find(options.python, env.getOrDefault("PATH", ""));
            if (found.isEmpty()) {
                agent.say("pyjob: --python " + options.python + ": there is no such program");
            }
            return found;
        }
        agent.environment(job.getSpec().python());
        EnvironmentAnswer answer = new EnvironmentAnswer();
        while (!answer.isThere()) {
            events.take().tell(answer);
        }
        answer.why().ifPresent(why -> agent.say("pyjob: " + why));
        return answer.python();
    }

    private Map<String, String> named() {
        Map<String, String> named = new LinkedHashMap<>();
        for (String variable : options.env) {
            int equals = variable.indexOf('=');
            if (equals >= 0) {
                named.put(variable.substring(0, equals), variable.substring(equals + 1));
            } else if (env.get(variable) != null) {
                named.put(variable, env.get(variable));
            }
        }
        return named;
    }

    private static String secret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
