package io.pyjob.operator;

import io.pyjob.api.LogPlace;
import io.pyjob.operator.leader.LeaseSettings;
import io.pyjob.operator.logs.LogSettings;
import io.pyjob.operator.pods.PodSettings;
import io.pyjob.operator.pods.UiSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All settings of the operator, read once from the environment. docs/operating.md has their table.
 *
 * @param pods what goes into jobs' pods
 * @param namespaces whose jobs are run; empty for all
 * @param self the pod that this process runs in
 * @param reports where drivers report to
 * @param managementPort of health and metrics
 * @param lease who leads; empty if there is only one operator
 * @param reconcileThreads how many jobs are worked on at the same time
 * @param unschedulableTimeout how long a job may wait for room
 * @param log how to log
 */
public record OperatorConfig(
        PodSettings pods,
        Set<String> namespaces,
        Self self,
        Reports reports,
        int managementPort,
        Optional<LeaseSettings> lease,
        int reconcileThreads,
        Duration unschedulableTimeout,
        LogSettings log) {

    /** The operator's own pod. */
    public record Self(String namespace, String podName, String podIp) {}

    /**
     * The report endpoint.
     *
     * @param path below which jobs' reports come: that of the URL that drivers get
     * @param port that is listened on
     * @param service a Service without a selector, in the operator's namespace
     */
    public record Reports(String path, int port, String service) {}

    public OperatorConfig {
        namespaces = Set.copyOf(namespaces);
    }

    /** Reads them, or tells all that is wrong with them. An empty variable counts as none. */
    public static OperatorConfig from(Map<String, String> env) throws InvalidConfig {
        Variables read = new Variables(env);
        URI reportUrl = read.url(Variable.PYJOB_REPORT_URL);
        PodSettings pods = new PodSettings(
                read.image(Variable.PYJOB_RUNTIME_IMAGE),
                read.image(Variable.PYJOB_PYTHON_IMAGE),
                reportUrl.toString(),
                read.choice(Variable.PYJOB_IMAGE_PULL_POLICY, "", "Always", "IfNotPresent", "Never"),
                read.names(Variable.PYJOB_IMAGE_PULL_SECRETS),
                read.flag(Variable.PYJOB_NETWORK_POLICIES),
                read.number(Variable.PYJOB_EXECUTOR_METRICS_PORT, 0, 65_535),
                ui(read));
        OperatorConfig config = new OperatorConfig(
                pods,
                new TreeSet<>(read.names(Variable.PYJOB_WATCH_NAMESPACES)),
                new Self(
                        read.name(Variable.PYJOB_NAMESPACE),
                        read.name(Variable.PYJOB_POD_NAME),
                        read.address(Variable.PYJOB_POD_IP)),
                new Reports(
                        reportUrl.getPath(),
                        read.port(Variable.PYJOB_REPORT_PORT),
                        read.name(Variable.PYJOB_REPORT_SERVICE)),
                read.port(Variable.PYJOB_MANAGEMENT_PORT),
                lease(read),
                read.number(Variable.PYJOB_RECONCILE_THREADS, 1, 200),
                read.seconds(Variable.PYJOB_UNSCHEDULABLE_TIMEOUT_S, 1, 30 * 24 * 3600),
                LogSettings.of(
                        read.choice(Variable.PYJOB_LOG_FORMAT, "json", "text"),
                        read.choice(Variable.PYJOB_LOG_LEVEL, "ERROR", "WARN", "INFO", "DEBUG", "TRACE")));
        if (config.reports().port() == config.managementPort()) {
            read.fault(Variable.PYJOB_MANAGEMENT_PORT, "a port other than that of PYJOB_REPORT_PORT");
        }
        read.throwIfFaulty();
        return config;
    }

    private static UiSettings ui(Variables read) {
        return new UiSettings(
                place(
                        read,
                        Variable.PYJOB_EVENT_LOG_CLAIM,
                        Variable.PYJOB_EVENT_LOG_PATH,
                        Variable.PYJOB_EVENT_LOG_DIRECTORY),
                place(read, Variable.PYJOB_LOGS_CLAIM, Variable.PYJOB_LOGS_PATH, Variable.PYJOB_LOGS_DIRECTORY),
                read.flag(Variable.PYJOB_SPARK_UI),
                read.nameOrNone(Variable.PYJOB_UI_PROXY_NAMESPACE));
    }

    private static Optional<LogPlace> place(
            Variables read, Variable claimName, Variable folderName, Variable directoryName) {
        String claim = read.nameOrNone(claimName);
        String path = read.folderOrNone(folderName);
        String directory = read.addressOrNone(directoryName);
        if (!claim.isEmpty() && !directory.isEmpty()) {
            read.fault(directoryName, "empty where " + claimName + " is not");
        }
        return claim.isEmpty()
                ? Optional.of(directory).filter(d -> !d.isEmpty()).map(LogPlace::at)
                : Optional.of(LogPlace.inClaim(claim, path.isEmpty() ? null : path));
    }

    private static Optional<LeaseSettings> lease(Variables read) {
        boolean elected =
                read.choice(Variable.PYJOB_LEADER_ELECTION, "true", "false").equals("true");
        LeaseSettings lease = new LeaseSettings(
                read.name(Variable.PYJOB_LEASE_NAME),
                read.seconds(Variable.PYJOB_LEASE_DURATION_S, 2, 3600),
                read.seconds(Variable.PYJOB_RENEW_DEADLINE_S, 1, 3600),
                read.seconds(Variable.PYJOB_RETRY_PERIOD_S, 1, 3600));
        if (lease.duration().compareTo(lease.renewDeadline()) <= 0) {
            read.fault(Variable.PYJOB_LEASE_DURATION_S, "more than PYJOB_RENEW_DEADLINE_S");
        }
        if (lease.renewDeadline().compareTo(lease.longestWait()) <= 0) {
            read.fault(Variable.PYJOB_RENEW_DEADLINE_S, "more than 2.2 times PYJOB_RETRY_PERIOD_S");
        }
        return elected ? Optional.of(lease) : Optional.empty();
    }
}
