package io.pyjob.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.pyjob.operator.logs.LogSettings;
import io.pyjob.operator.logs.Logging;
import io.pyjob.operator.ui.ClusterAccess;
import io.pyjob.operator.ui.ClusterJobs;
import io.pyjob.operator.ui.RememberedAccess;
import io.pyjob.operator.ui.UiServer;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entry point of the process that shows jobs' Spark UIs: apart from the operator, whose rights it does not have. */
public final class UiMain {
    /** EX_CONFIG and EX_UNAVAILABLE of sysexits.h. */
    private static final int MISCONFIGURED = 78;

    private static final int UNAVAILABLE = 69;

    private UiMain() {}

    public static void main(String[] args) throws InterruptedException {
        UiConfig config;
        try {
            config = UiConfig.from(System.getenv());
        } catch (InvalidConfig e) {
            Logging.configure(LogSettings.of("json", "INFO"));
            logger().error("the UI cannot start: {}", e.getMessage());
            System.exit(MISCONFIGURED);
            return;
        }
        Logging.configure(config.log());
        KubernetesClient client = ApiClients.ofUi();
        try {
            UiServer server = UiServer.listen(
                    config.port(),
                    new RememberedAccess(new ClusterAccess(client), Clock.systemUTC()),
                    new ClusterJobs(client, config.history(), config.hasUiByDefault()));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
            logger().info("jobs' pages are at port {}", server.port());
        } catch (IOException e) {
            logger().error("the UI cannot start: {}", e.getMessage());
            System.exit(UNAVAILABLE);
        }
    }

    /** Not a constant: it would be there before logging is configured. */
    private static Logger logger() {
        return LoggerFactory.getLogger(UiMain.class);
    }
}
