package io.pyjob.driver.report;

import io.pyjob.driver.report.Pace.News;
import io.pyjob.driver.report.Report.Executors;
import io.pyjob.driver.report.Report.State;
import io.pyjob.executor.pod.PythonNews;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * The report as it stands. Spark's threads change it, and never wait for the network; a {@link Reporter} sends it.
 *
 * <p>It outlives a SparkContext: a script may stop one and make another. Thread-safe.
 */
public final class LiveReport {
    /** The operator has seen those before long since; only so that a job of weeks does not grow without end. */
    private static final int MOST_KILLED = 1000;

    private final String job;
    private final int attempt;
    private final Moments moments;

    private State state = State.STARTING;
    private int wanted;
    private int lastId;
    private final Set<Integer> registered = new HashSet<>();
    private final TreeSet<Integer> killed = new TreeSet<>();
    private final ProgressCounter counter = new ProgressCounter();

    private final PythonWorkers.Sum python = new PythonWorkers.Sum();

    private List<String> conflicts = List.of();
    private News news = News.NONE;
    private boolean reporting;
    /** Counts urgent changes, and up to which of them the operator knows. */
    private long changed;

    private long delivered;
    private boolean refused;
    private IntConsumer targetListener = target -> {};

    /**
     * @param initial how many executors will be wanted, as far as is known before there is a SparkContext
     * @param moments what has happened before
     */
    public LiveReport(String job, int attempt, int initial, Moments moments) {
        this.job = job;
        this.attempt = attempt;
        this.wanted = initial;
        this.moments = moments;
    }

    /** A script can reach this driver. It is told with what is told next. */
    public void gatewayUp() {
        moments.note(Moment.GATEWAY);
    }

    /** The script has reached this driver. It is told with what is told next. */
    public void scriptStarted() {
        moments.note(Moment.SCRIPT);
    }

    /** The script has ended. It is told with the end of its SparkContext; alone if that was there and is no more. */
    public synchronized void scriptEnded() {
        moments.note(Moment.SCRIPT_END);
        if (state == State.STOPPING) {
            urgent();
        }
    }

    /** The script has its SparkContext. It is told with the executors, or with the first job. */
    public void sessionReady() {
        moments.note(Moment.SESSION);
    }

    /**
     * A SparkContext has started.
     *
     * @param onTarget is told, on the reporter's thread, how many executors the user wants, with each answer
     */
    public synchronized void contextStarted(IntConsumer onTarget) {
        state = State.RUNNING;
        targetListener = onTarget;
        urgent();
    }

    /** The SparkContext is about to let its executors go. */
    public synchronized void contextStopping() {
        state = State.STOPPING;
        targetListener = target -> {};
        urgent();
    }

    /** The SparkContext has let its executors go. */
    public synchronized void contextStopped() {
        registered.clear();
        counter.contextStopped();
        urgent();
    }

    public synchronized void executorsWanted(int number) {
        if (wanted != number) {
            wanted = number;
            urgent();
        }
    }

    public synchronized void executorAdded(int id) {
        registered.add(id);
        lastId = Math.max(lastId, id);
        moments.note(Moment.EXECUTOR);
        if (registered.size() >= wanted) {
            moments.note(Moment.EXECUTORS);
        }
        urgent();
    }

    public synchronized void executorRemoved(int id) {
        registered.remove(id);
        urgent();
    }

    public synchronized void executorsKilled(Collection<Integer> ids) {
        killed.addAll(ids);
        while (killed.size() > MOST_KILLED) {
            killed.pollFirst();
        }
        urgent();
    }

    /**
     * What has gone wrong with Python workers of an executor, or of the driver.
     *
     * @param executor the executor's id, or "driver"
     */
    public synchronized void pythonNews(String executor, PythonNews said) {
        if (python.said(executor, said)) {
            progressed(); // nothing that the operator acts on
        }
    }

    /** Jars of a SparkContext that is about to start, as far as they do not go together; a sentence for each. */
    public synchronized void conflicts(Collection<String> found) {
        conflicts = List.copyOf(found);
        progressed();
    }

    public synchronized void jobStarted(int job, Map<Integer, Integer> tasksOfStages) {
        counter.jobStarted(job, tasksOfStages);
        progressed();
    }

    public synchronized void jobEnded(int job) {
        counter.jobEnded(job);
        progressed();
    }

    public synchronized void stageStarted(int stage, int attempt, int tasks) {
        counter.stageStarted(stage, attempt, tasks);
        progressed();
    }

    public synchronized void stageEnded(int stage, boolean succeeded) {
        counter.stageEnded(stage, succeeded);
        progressed();
    }

    /** A task of an executor has its Python worker; told only of the first of each executor. */
    public synchronized void pythonTaskStarted() {
        moments.note(Moment.PYTHON_TASK);
        progressed();
    }

    public synchronized void taskStarted() {
        moments.note(Moment.TASK);
        counter.taskStarted();
        progressed();
    }

    public synchronized void taskSucceeded(int stage, int partition) {
        counter.taskSucceeded(stage, partition);
        progressed();
    }

    public synchronized void taskFailed() {
        counter.taskFailed();
        progressed();
    }

    public synchronized void taskKilled() {
        counter.taskKilled();
        progressed();
    }

    private void progressed() {
        if (news == News.NONE) {
            news = News.PROGRESS;
            notifyAll();
        }
    }

    private void urgent() {
        changed++;
        news = News.URGENT;
        notifyAll();
    }

    /** Someone sends this report, so it is worth waiting for. */
    synchronized void reporting() {
        reporting = true;
    }

    /**
     * Waits until the operator knows of all that has changed until now, or for that long; not for one that does not want this
     * job's reports, as after the job was deleted.
     */
    public synchronized void awaitDelivery(Duration limit) throws InterruptedException {
        long until = changed;
        long deadline = System.nanoTime() + limit.toNanos();
        while (reporting && !refused && delivered < until) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return;
            }
            wait(millis);
        }
    }

    /** A report to be sent, and what to give to {@link #sent} then. */
    record Draft(Report report, long changed) {}

    /** Waits until the next report is due, and makes it. */
    synchronized Draft awaitDraft(long lastTried, Pace pace) throws InterruptedException {
        long wait = pace.due(lastTried, news) - System.nanoTime();
        while (wait > 0) {
            wait(Math.max(1, wait / 1_000_000));
            wait = pace.due(lastTried, news) - System.nanoTime();
        }
        return draft();
    }

    private Draft draft() {
        news = News.NONE;
        return new Draft(
                new Report(
                        job,
                        attempt,
                        state,
                        new Executors(wanted, registered.size(), lastId),
                        List.copyOf(killed),
                        counter.progress(),
                        python.now(),
                        moments.soFar(),
                        conflicts),
                changed);
    }

    /** The last report was not taken; refused, if those after it will not be either. */
    synchronized void notSent(boolean nowRefused) {
        refused = nowRefused;
        notifyAll();
    }

    /** The operator has that draft, and has answered. */
    void sent(Draft draft, OptionalInt target) {
        IntConsumer listener;
        synchronized (this) {
            delivered = draft.changed();
            refused = false;
            listener = targetListener;
            notifyAll();
        }
        // Not under the lock: Spark takes its own, and calls back here while it holds them.
        target.ifPresent(listener);
    }
}
