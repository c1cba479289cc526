package io.pyjob.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pyjob.driver.report.Progress.Stages;
import io.pyjob.driver.report.Progress.Tasks;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressCounterTest {
    private final ProgressCounter counter = new ProgressCounter();

    private void runStage(int id, int tasks) {
        counter.stageStarted(id, 0, tasks);
        for (int partition = 0; partition < tasks; partition++) {
            counter.taskStarted();
            counter.taskSucceeded(id, partition);
        }
        counter.stageEnded(id, true);
    }

    private void assertProgress(Stages stages, Tasks tasks) {
        assertThat(counter.progress()).isEqualTo(new Progress(stages, tasks));
    }

    @Test
    void nothingHasHappenedYet() {
        assertThat(counter.progress()).isEqualTo(Progress.NONE);
    }

    @Test
    void aJobsStagesAndTasksAreKnownFromItsStart() {
        counter.jobStarted(0, Map.of(0, 4, 1, 2));
        counter.stageStarted(0, 0, 4);
        counter.taskStarted();
        counter.taskStarted();
        counter.taskSucceeded(0, 0);

        assertProgress(new Stages(0, 1, 2), new Tasks(1, 1, 0, 6));
    }

    @Test
    void jobsAddUp() {
        counter.jobStarted(0, Map.of(0, 3));
        runStage(0, 3);
        counter.jobEnded(0);
        counter.jobStarted(1, Map.of(1, 2));
        runStage(1, 2);
        counter.jobEnded(1);

        assertProgress(new Stages(2, 0, 2), new Tasks(5, 0, 0, 5));
    }

    @Test
    void aStageThatWasSkippedCountsNoMoreOnceItsJobHasEnded() {
        counter.jobStarted(0, Map.of(0, 100, 1, 2));
        runStage(1, 2);
        assertProgress(new Stages(1, 0, 2), new Tasks(2, 0, 0, 102));

        counter.jobEnded(0);

        assertProgress(new Stages(1, 0, 1), new Tasks(2, 0, 0, 2));
    }

    @Test
    void aStageOfTwoJobsCountsOnce() {
        counter.jobStarted(0, Map.of(0, 2));
        counter.jobStarted(1, Map.of(0, 2, 1, 1));
        runStage(0, 2);
        counter.jobEnded(0);
        runStage(1, 1);
        counter.jobEnded(1);

        assertProgress(new Stages(2, 0, 2), new Tasks(3, 0, 0, 3));
    }

    @Test
    void aTaskThatIsTriedAgainFailsAndIsDoneOnce() {
        counter.jobStarted(0, Map.of(0, 1));
        counter.stageStarted(0, 0, 1);
        counter.taskStarted();
        counter.taskFailed();
        counter.taskStarted();
        counter.taskSucceeded(0, 0);

        assertProgress(new Stages(0, 1, 1), new Tasks(1, 0, 1, 1));
    }

    @Test
    void theSlowerCopyOfATaskIsNeitherDoneNorFailed() {
        counter.jobStarted(0, Map.of(0, 1));
        counter.stageStarted(0, 0, 1);
        counter.taskStarted();
        counter.taskStarted();
        counter.taskSucceeded(0, 0);
        counter.taskKilled();

        assertProgress(new Stages(0, 1, 1), new Tasks(1, 0, 0, 1));
    }

    @Test
    void aStageThatRunsAgainForLostFilesDoesNotGrow() {
        counter.jobStarted(0, Map.of(0, 3, 1, 1));
        runStage(0, 3);
        counter.stageStarted(0, 1, 1);
        counter.taskStarted();
        counter.taskSucceeded(0, 2);
        counter.stageEnded(0, true);

        assertProgress(new Stages(1, 0, 2), new Tasks(3, 0, 0, 4));
    }

    @Test
    void aStageThatFailedIsNotDone() {
        counter.jobStarted(0, Map.of(0, 2));
        counter.stageStarted(0, 0, 2);
        counter.taskStarted();
        counter.taskSucceeded(0, 1);
        counter.taskStarted();
        counter.taskFailed();
        counter.stageEnded(0, false);
        counter.jobEnded(0);

        assertProgress(new Stages(0, 0, 0), new Tasks(1, 0, 1, 1));
    }

    @Test
    void aNewSparkContextCountsOnWithTheSameNumbers() {
        counter.jobStarted(0, Map.of(0, 2));
        counter.stageStarted(0, 0, 2);
        counter.taskStarted();
        counter.taskSucceeded(0, 0);
        counter.taskStarted();
        counter.contextStopped();
        counter.jobStarted(0, Map.of(0, 2));
        runStage(0, 2);

        assertProgress(new Stages(1, 0, 1), new Tasks(3, 0, 0, 3));
    }
}
