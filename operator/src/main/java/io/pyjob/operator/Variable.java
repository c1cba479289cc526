package io.pyjob.operator;

/** The operator's environment variables, and what they are when they are not set. */
enum Variable {
    PYJOB_RUNTIME_IMAGE(Variable.REQUIRED),
    PYJOB_PYTHON_IMAGE(Variable.REQUIRED),
    PYJOB_IMAGE_PULL_POLICY(""),
    PYJOB_IMAGE_PULL_SECRETS(""),
    PYJOB_WATCH_NAMESPACES(""),
    PYJOB_NAMESPACE(Variable.REQUIRED),
    PYJOB_POD_NAME(Variable.REQUIRED),
    PYJOB_POD_IP(Variable.REQUIRED),
    PYJOB_REPORT_URL(Variable.REQUIRED),
    PYJOB_REPORT_PORT("7070"),
    PYJOB_REPORT_SERVICE("pyjob-report"),
    PYJOB_MANAGEMENT_PORT("8080"),
    PYJOB_LEADER_ELECTION("true"),
    PYJOB_LEASE_NAME("pyjob-operator"),
    PYJOB_LEASE_DURATION_S("15"),
    PYJOB_RENEW_DEADLINE_S("10"),
    PYJOB_RETRY_PERIOD_S("2"),
    PYJOB_RECONCILE_THREADS("10"),
    PYJOB_UNSCHEDULABLE_TIMEOUT_S("3600"),
    PYJOB_NETWORK_POLICIES("false"),
    PYJOB_EXECUTOR_METRICS_PORT("0"),
    PYJOB_SPARK_UI("false"),
    PYJOB_UI_PROXY_NAMESPACE(""),
    PYJOB_EVENT_LOG_CLAIM(""),
    PYJOB_EVENT_LOG_PATH(""),
    PYJOB_EVENT_LOG_DIRECTORY(""),
    PYJOB_LOGS_CLAIM(""),
    PYJOB_LOGS_PATH(""),
    PYJOB_LOGS_DIRECTORY(""),
    PYJOB_UI_PORT("8090"),
    PYJOB_HISTORY_URL(""),
    PYJOB_HISTORY_NAMESPACES(""),
    PYJOB_LOG_FORMAT("json"),
    PYJOB_LOG_LEVEL("INFO");

    /** In place of a default, for what has none. */
    static final String REQUIRED = "(required)";

    private final String fallback;

    Variable(String fallback) {
        this.fallback = fallback;
    }

    boolean isRequired() {
        return fallback.equals(REQUIRED);
    }

    /** What it is when it is not set; empty for what is required. */
    String fallback() {
        return isRequired() ? "" : fallback;
    }
}
