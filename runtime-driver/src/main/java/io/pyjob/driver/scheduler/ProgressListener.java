package io.pyjob.driver.scheduler;

import io.pyjob.driver.report.LiveReport;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationStart;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.scheduler.TaskInfo;
import scala.jdk.javaapi.CollectionConverters;

/** Puts Spark's events into the report. Called on one thread of Spark's. */
final class ProgressListener extends SparkListener {
    private final LiveReport report;

    ProgressListener(LiveReport report) {
        this.report = report;
    }

    @Override
    public void onApplicationStart(SparkListenerApplicationStart event) {
        report.sessionReady();
    }

    @Override
    public void onExecutorAdded(SparkListenerExecutorAdded event) {
        report.executorAdded(Integer.parseInt(event.executorId()));
    }

    @Override
    public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
        report.executorRemoved(Integer.parseInt(event.executorId()));
    }

    @Override
    public void onJobStart(SparkListenerJobStart event) {
        Map<Integer, Integer> tasksOfStages = new HashMap<>();
        for (StageInfo stage : CollectionConverters.asJava(event.stageInfos())) {
            tasksOfStages.put(stage.stageId(), stage.numTasks());
        }
        report.jobStarted(event.jobId(), tasksOfStages);
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd event) {
        report.jobEnded(event.jobId());
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted event) {
        StageInfo stage = event.stageInfo();
        report.stageStarted(stage.stageId(), stage.attemptNumber(), stage.numTasks());
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted event) {
        StageInfo stage = event.stageInfo();
        report.stageEnded(stage.stageId(), stage.failureReason().isEmpty());
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart event) {
        report.taskStarted();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
        TaskInfo task = event.taskInfo();
        TaskEndReason reason = event.reason();
        if (reason == Success$.MODULE$) {
            report.taskSucceeded(event.stageId(), task.partitionId());
        } else if (reason instanceof TaskKilled) {
            report.taskKilled();
        } else {
            report.taskFailed();
        }
    }
}
