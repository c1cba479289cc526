package io.pyjob.driver;

import io.pyjob.driver.gateway.Gateway;
import io.pyjob.driver.gateway.Lifeline;
import io.pyjob.driver.gateway.ScriptEnd;
import io.pyjob.driver.report.LiveReport;
import io.pyjob.driver.report.Moment;
import io.pyjob.driver.report.Moments;
import io.pyjob.driver.report.Reporter;
import io.pyjob.driver.scheduler.RunningDriver;
import io.pyjob.driver.script.ScriptConf;
import io.pyjob.executor.logs.LogCopies;
import io.pyjob.executor.pod.Environment;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.pod.StartArchive;
import io.pyjob.executor.pod.StartFailure;
import io.pyjob.executor.pod.TerminationLog;
import java.io.IOException;
import java.time.Duration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * The driver's JVM: it offers the gateway, the script makes the SparkContext through it, and when the script has ended
 * this ends too.
 *
 * <p>Always with 0 then: how the job went is told by the script's container. Anything else is a failure of this JVM.
 */
public final class DriverMain {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration LAST_REPORT_LIMIT = Duration.ofSeconds(1);

    /** For what the script has printed at its very end, if there are copies of logs. */
    private static final Duration LAST_LINES_LIMIT = Duration.ofSeconds(1);

    private DriverMain() {}

    public static void main(String[] args) {
        Moments moments = Moments.fromNow();
        moments.note(Moment.JVM);
        Environment environment = new Environment(System.getenv());
        TerminationLog terminationLog = TerminationLog.of(environment);
        LogCopies copies = LogCopies.begin(environment);
        int code = 0;
        try {
            run(DriverConfig.from(System.getenv()), terminationLog, moments, copies);
        } catch (Throwable e) {
            // Whatever it is, the pod's status has to tell it; nobody else is left to.
            terminationLog.write(e);
            code = e instanceof StartFailure ? StartFailure.EXIT_CODE : 1;
        }
        copies.finish(LAST_LINES_LIMIT);
        // Py4J and Spark leave threads behind that are no daemons.
        System.exit(code);
    }

    private static void run(DriverConfig config, TerminationLog terminationLog, Moments moments, LogCopies copies)
            throws IOException {
        config.pod().create();
        // Python waits for the code, so it is copied beside all else.
        config.code().start(failure -> {
            terminationLog.write(failure);
            System.exit(StartFailure.EXIT_CODE);
        });
        new DriverPort(config.podAddress(), config.driverPort()).check();
        SparkSettings settings = SparkSettings.of(
                config,
                SparkSettings.read(config.properties()),
                config.sparkSecret().read());
        settings.apply();
        copies.settings(() -> SparkHadoopUtil.get().newConfiguration(new SparkConf()));
        LiveReport report = new LiveReport(config.job(), config.attempt(), settings.initialExecutors(), moments);
        ScriptConf scriptConf = ScriptConf.of(settings.values(), config.pod(), config.sources(), report::conflicts);
        new RunningDriver(config.pod(), config.podAddress(), config.driverPort(), report).set();

        try (Gateway gateway = Gateway.start(scriptConf)) {
            serve(config, gateway, report);
            ActiveSparkContext.stop(STOP_LIMIT);
            lastReport(report);
        }
    }

    /** Returns when the script has ended. */
    private static void serve(DriverConfig config, Gateway gateway, LiveReport report) throws IOException {
        try (Lifeline lifeline = Lifeline.listen(config.pod().driverSocket())) {
            gateway.announce(config.pod().gatewayFile());
            report.gatewayUp();
            PodLog.say("the driver of " + config.job() + " is ready for its script");
            // Only now, because the script does not wait for these. (Loading Spark's classes here, beside Python's
            // first calls, was tried: no faster while both cores are busy, and log4j does not like two threads at its
            // start.)
            StartArchive.check();
            config.reports().ifPresent(to -> Reporter.start(to.url(), to.token().read(), report));
            ScriptEnd end = lifeline.await(report::scriptStarted);
            report.scriptEnded();
            PodLog.say(end.description());
        }
    }

    private static void lastReport(LiveReport report) {
        try {
            report.awaitDelivery(LAST_REPORT_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends anyway
        }
    }
}
