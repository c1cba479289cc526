package io.pyjob.operator.local;

import io.pyjob.api.PyJobStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows a job's status: a live line on a terminal, else a line at each change. */
final class Display {
    private static final Duration REDRAW = Duration.ofMillis(200);

    /** Without a terminal, stages alone are told this seldom: a log must stay readable. */
    private static final Duration SELDOM = Duration.ofSeconds(5);

    private final Agent agent;
    private final String name;
    private final Settings settings;
    private String last = "";
    private String lastBeforeStages = "";
    private Duration lastAt = Duration.ZERO;

    /**
     * How to show.
     *
     * @param terminal whether standard error is one
     * @param columns its width
     * @param verbose whether to tell details
     * @param quiet whether to show no progress at all
     */
    record Settings(boolean terminal, int columns, boolean verbose, boolean quiet) {}

    Display(Agent agent, String name, Settings settings) {
        this.agent = agent;
        this.name = name;
        this.settings = settings;
    }

    void show(PyJobStatus status, Duration elapsed) {
        if (settings.quiet() || (settings.terminal() && status.phase().isFinal())) {
            return;
        }
        if (settings.terminal()) {
            agent.live(StatusText.live(name, status, elapsed, settings.columns()));
            return;
        }
        String text = StatusText.plain(name, status);
        String beforeStages = StatusText.beforeStages(name, status);
        boolean isDue =
                !beforeStages.equals(lastBeforeStages) || elapsed.minus(lastAt).compareTo(SELDOM) >= 0;
        if (isDue && !text.equals(last)) {
            last = text;
            lastBeforeStages = beforeStages;
            lastAt = elapsed;
            agent.say(text);
        }
    }

    /** When a live line is due again though nothing changed but the time. */
    Optional<Duration> redrawAfter() {
        return settings.terminal() && !settings.quiet() ? Optional.of(REDRAW) : Optional.empty();
    }

    void say(String text) {
        agent.say("pyjob: " + text);
    }

    /** Tells how long a job took; without a terminal its last status has been told already. */
    void succeeded(Duration took) {
        if (!settings.quiet()) {
            say(name + " succeeded in " + StatusText.seconds(took));
        }
    }

    /** Tells where something is that the user has asked for. */
    void note(String text) {
        if (!settings.quiet()) {
            say(text);
        }
    }

    void detail(Supplier<String> text) {
        if (settings.verbose()) {
            say(text.get());
        }
    }
}
