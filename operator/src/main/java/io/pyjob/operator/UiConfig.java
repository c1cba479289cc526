package io.pyjob.operator;

import io.pyjob.operator.logs.LogSettings;
import io.pyjob.operator.ui.HistoryServers;
import java.util.Map;
import java.util.TreeSet;

/**
 * All settings of the UI's process, read once from the environment. docs/history.md has their table.
 *
 * @param port that is listened on
 * @param history where event logs are shown
 * @param hasUiByDefault whether drivers have Spark's UI unless their jobs say otherwise
 * @param log how to log
 */
record UiConfig(int port, HistoryServers history, boolean hasUiByDefault, LogSettings log) {

    /** Reads them, or tells all that is wrong with them. An empty variable counts as none. */
    static UiConfig from(Map<String, String> env) throws InvalidConfig {
        Variables read = new Variables(env);
        UiConfig config = new UiConfig(
                read.port(Variable.PYJOB_UI_PORT),
                new HistoryServers(
                        read.historyOrNone(Variable.PYJOB_HISTORY_URL),
                        new TreeSet<>(read.names(Variable.PYJOB_HISTORY_NAMESPACES))),
                read.flag(Variable.PYJOB_SPARK_UI),
                LogSettings.of(
                        read.choice(Variable.PYJOB_LOG_FORMAT, "json", "text"),
                        read.choice(Variable.PYJOB_LOG_LEVEL, "ERROR", "WARN", "INFO", "DEBUG", "TRACE")));
        read.throwIfFaulty();
        return config;
    }
}
