package io.pyjob.operator;

import io.pyjob.operator.logs.LogSettings;
import io.pyjob.operator.logs.Logging;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's entry point. */
public final class Main {
    /** EX_CONFIG of sysexits.h. */
    private static final int MISCONFIGURED = 78;

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        OperatorConfig config;
        try {
            config = OperatorConfig.from(System.getenv());
        } catch (InvalidConfig e) {
            Logging.configure(LogSettings.of("json", "INFO"));
            logger().error("the operator cannot start: {}", e.getMessage());
            System.exit(MISCONFIGURED);
            return;
        }
        Logging.configure(config.log());
        new OperatorProcess(config).run();
    }

    /** Not a constant: it would be there before logging is configured. */
    private static Logger logger() {
        return LoggerFactory.getLogger(Main.class);
    }
}
