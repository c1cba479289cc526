package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pyjob.api.PyJob;
import io.pyjob.api.PyJobScheduleStatus;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs by the clock and by triggers, with the commands that a user types. */
@OnCluster
final class ScheduleE2E {
    private static final String TELLS_ITS_TIME = "import os\nprint('for', os.environ.get('PYJOB_SCHEDULED_FOR'))\n";
    private static final String WAITS = Scripts.STEERED + "wait('end')\n";
    private static final String NEVER = "{schedule: '@yearly', suspend: true";

    private final TestNamespace namespace;

    ScheduleE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @AfterEach
    void operatorIsUp() {
        Operator.scale(1);
    }

    private String kubectl(String... arguments) {
        return namespace.kubectl(arguments).ok();
    }

    @Test
    void aMinuteOfTheClockStartsARun() {
        Schedule schedule = namespace.schedule(
                "minutely", "{schedule: '* * * * *', timeZone: Europe/Berlin}", TELLS_ITS_TIME, Scripts.ALONE);
        kubectl("wait", "--for=condition=Ready", "--timeout=60s", "pyjobschedule/minutely");
        assertThat(kubectl("get", "pjs", "minutely"))
                .containsPattern("NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST +NEXT +AGE")
                .containsPattern("minutely +\\* \\* \\* \\* \\* +Europe/Berlin +false +[01] ");

        String first = Objects.requireNonNull(schedule.awaits("a run", status -> status.lastScheduleTime() != null)
                .lastScheduleTime());
        schedule.patch("{\"suspend\": true}");
        kubectl("wait", "--for=condition=Suspended", "--timeout=60s", "pyjobschedule/minutely");
        String name = "minutely-" + first.replaceAll("[-:TZ]", "").substring(0, 12);
        assertThat(namespace.job(name).succeeds()).isEqualTo("for " + first + "\n");
        PyJobScheduleStatus after =
                schedule.awaits("the run's end to be seen", status -> status.lastSuccessfulTime() != null);
        assertThat(after.nextScheduleTime()).isNull();
        assertThat(after.missedRuns()).isZero();
        assertThat(schedule.runs())
                .extracting(run -> run.getMetadata().getName())
                .contains(name);
        schedule.awaitsEvent("Started");
        assertThat(kubectl("describe", "pjs", "minutely")).contains("started run " + name, "Europe/Berlin");

        kubectl("delete", "pjs", "minutely");
        await("its runs to be gone")
                .atMost(Cluster.LONG)
                .until(() -> schedule.runs().isEmpty());
    }

    @Test
    void forbidLeavesATriggerOutAndARestartLosesNothing() {
        Schedule schedule = namespace.schedule("forbids", NEVER + "}", WAITS, Scripts.ALONE);
        Job first = schedule.triggered("1").says("waits");
        schedule.trigger("2");
        assertThat(schedule.status().skippedRuns()).isEqualTo(1);
        schedule.awaitsEvent("Skipped");

        Operator.scale(0);
        kubectl("annotate", "pjs", "forbids", "--overwrite", "pyjob.io/trigger=3");
        first.go("end");
        await("the script's end")
                .atMost(Cluster.LONG)
                .until(() -> Job.container(first.driver(), "python").getState().getTerminated() != null);
        Operator.scale(1);
        first.succeeds();
        // Whether the operator first saw the end or the trigger is its luck; either way each is dealt with once.
        PyJobScheduleStatus restarted = schedule.awaits("the trigger", status -> "3".equals(status.lastTrigger()));
        assertThat(schedule.runs()).hasSize(restarted.skippedRuns() == 1 ? 2 : 1);
        schedule.runs().forEach(run -> endIfItGoes(run));
        schedule.awaits("no run that goes", status -> status.activeRuns() == 0);
        assertThat(schedule.triggered("4").says("waits").phase().isFinal()).isFalse();
    }

    private void endIfItGoes(PyJob run) {
        Job job = namespace.job(run.getMetadata().getName());
        if (!job.phase().isFinal()) {
            job.says("waits").go("end");
            job.succeeds();
        }
    }

    @Test
    void replaceDeletesTheRunThatGoes() {
        Schedule schedule =
                namespace.schedule("replaces", NEVER + ", concurrencyPolicy: Replace}", WAITS, Scripts.ALONE);
        Job first = schedule.triggered("1").says("waits");
        namespace.deletes(first.name());
        Job second = schedule.triggered("2").says("waits");
        assertThat(first.object()).isEmpty();
        assertThat(schedule.status().active()).containsExactly(second.name());
        schedule.awaitsEvent("Replaced");
    }

    @Test
    void onlySoManyEndedRunsAreKept() {
        Schedule schedule = namespace.schedule(
                "keeps",
                NEVER + ", successfulRunsHistoryLimit: 1, failedRunsHistoryLimit: 0}",
                "print('ran')",
                Scripts.ALONE);
        for (String trigger : List.of("1", "2")) {
            Job run = schedule.triggered(trigger);
            namespace.deletes(run.name());
            schedule.awaits("its end", status -> status.active().isEmpty());
        }
        String last = schedule.lastTriggeredRun();
        await("the first run to be deleted")
                .atMost(Cluster.SOON)
                .untilAsserted(() -> assertThat(schedule.runs())
                        .extracting(run -> run.getMetadata().getName())
                        .containsExactly(last));
        assertThat(namespace.job(last).succeeds()).isEqualTo("ran\n");
    }

    @Test
    void aTimeThatNeverComesIsACondition() {
        Schedule schedule = namespace.schedule("never", "{schedule: 0 0 31 2 *}", "print('ran')", Scripts.ALONE);
        kubectl("wait", "--for=condition=Ready=False", "--timeout=60s", "pyjobschedule/never");
        schedule.awaitsEvent("InvalidSchedule");
        assertThat(kubectl("describe", "pjs", "never")).contains("never comes");
        schedule.patch("{\"schedule\": \"@yearly\"}");
        kubectl("wait", "--for=condition=Ready", "--timeout=60s", "pyjobschedule/never");
    }
}
