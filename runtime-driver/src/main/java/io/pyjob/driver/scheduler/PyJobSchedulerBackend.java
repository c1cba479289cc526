package io.pyjob.driver.scheduler;

import io.pyjob.driver.report.LiveReport;
import io.pyjob.driver.scheduler.ScaleDown.Candidate;
import io.pyjob.executor.pod.ExecutorNews;
import io.pyjob.executor.pod.PodLog;
import io.pyjob.executor.python.SidecarPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.ExecutorKilled$;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import org.apache.spark.scheduler.cluster.SchedulerBackendUtils;
import org.apache.spark.util.Utils;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Spark's side of the bargain with the operator: Spark says how many executors it wants and which should go, the operator
 * sees to it that there are as many.
 *
 * <p>Nothing here creates a pod or waits for one. Wishes go into the report as they stand, so saying one twice, or losing
 * one, makes no difference.
 *
 * <p>When a SparkContext stops, its executors end with it. A script may make another context: the report then says
 * running, and how many are wanted, and the operator starts new ones, with new ids. (To keep the old ones would take an
 * executor that survives its driver's SparkContext, which Spark has not, for something that few scripts do.)
 */
final class PyJobSchedulerBackend extends CoarseGrainedSchedulerBackend {
    private static final Duration STOP_REPORT_LIMIT = Duration.ofSeconds(1);

    private final SparkContext context;
    private final TaskSchedulerImpl scheduler;
    private final LiveReport report;
    private final SidecarPool pool;
    private final int initial;
    private final boolean chosenBySpark;
    private volatile int wanted;

    PyJobSchedulerBackend(TaskSchedulerImpl scheduler, SparkContext context, LiveReport report, SidecarPool pool) {
        super(scheduler, context.env().rpcEnv());
        this.context = context;
        this.scheduler = scheduler;
        this.report = report;
        this.pool = pool;
        initial = SchedulerBackendUtils.getInitialTargetExecutorNumber(
                context.conf(), SchedulerBackendUtils.DEFAULT_NUMBER_EXECUTORS());
        chosenBySpark = Utils.isDynamicAllocationEnabled(context.conf());
    }

    @Override
    public void start() {
        super.start();
        context.addSparkListener(new ProgressListener(report));
        rpcEnv().setupEndpoint(ExecutorNews.ENDPOINT, new PythonNewsEndpoint(rpcEnv(), report));
        report.contextStarted(this::follow);
        // Not merely noted: what a script asks for later (SparkContext.requestExecutors) counts from here.
        want(initial);
    }

    @Override
    public void stop() {
        report.contextStopping();
        try {
            // The operator must know before executors leave, or it would start others in their place.
            report.awaitDelivery(STOP_REPORT_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.close();
        super.stop();
        report.contextStopped();
    }

    @Override
    public String applicationId() {
        return context.conf().get("spark.app.id");
    }

    /**
     * By default (ratio 0, Spark's own for executors that come by themselves) a script does not wait for executors: what
     * it does first is plan and read footers, and tasks wait in their queue at no cost. Waiting for the first executor, let
     * alone the slowest, would put the pods' start in front of that. What scripts could notice of it,
     * {@link #defaultParallelism}, does not depend on who is there yet.
     */
    @Override
    public boolean sufficientResourcesRegistered() {
        return totalRegisteredExecutors().get() >= wanted * minRegisteredRatio();
    }

    /** As many as there will be cores, however many have come by now, so that each run has the same partitions. */
    @Override
    public int defaultParallelism() {
        int expected = wanted * context.conf().getInt("spark.executor.cores", 1);
        return context.conf()
                .getInt(
                        "spark.default.parallelism",
                        Math.max(2, Math.max(expected, totalCoreCount().get())));
    }

    @Override
    public Future<Object> doRequestTotalExecutors(Map<ResourceProfile, Object> totals) {
        int total = 0;
        for (Object number : CollectionConverters.asJava(totals).values()) {
            total += (Integer) number;
        }
        wanted = total;
        report.executorsWanted(total);
        return Future.successful(true);
    }

    @Override
    public Future<Object> doKillExecutors(Seq<String> ids) {
        Collection<String> executors = CollectionConverters.asJava(ids);
        report.executorsKilled(numbers(executors));
        for (String id : executors) {
            // Spark's endpoint tells the executor to stop, and forgets it.
            driverEndpoint().send(new CoarseGrainedClusterMessages.RemoveExecutor(id, ExecutorKilled$.MODULE$));
        }
        return Future.successful(true);
    }

    @Override
    public Seq<String> decommissionExecutors(
            Tuple2<String, ExecutorDecommissionInfo>[] executors, boolean adjustTarget, boolean triggeredByExecutor) {
        Seq<String> decommissioned = super.decommissionExecutors(executors, adjustTarget, triggeredByExecutor);
        // Also those that were told to go by others, with their pod: they are on their way out, and their end, even by
        // a
        // kubelet that waits no longer, is no failure.
        report.executorsKilled(numbers(CollectionConverters.asJava(decommissioned)));
        return decommissioned;
    }

    /** The user wants this many executors ({@code kubectl scale}). Called with each answer to a report. */
    private void follow(int target) {
        if (chosenBySpark) {
            return; // the bounds of dynamic allocation are the user's say
        }
        if (target != wanted) {
            PodLog.say("scaling from " + wanted + " to " + target + " executors, as the job's owner wants");
            want(target);
        }
        List<Candidate> active = new ArrayList<>();
        for (String id : CollectionConverters.asJava(getExecutorIds())) {
            if (isExecutorActive(id)) {
                active.add(new Candidate(id, scheduler.isExecutorBusy(id)));
            }
        }
        List<String> leaving = ScaleDown.choose(active, target);
        if (!leaving.isEmpty()) {
            PodLog.say("letting executors " + leaving + " go");
            letGo(leaving);
        }
    }

    private void letGo(List<String> ids) {
        if (context.conf().getBoolean("spark.decommission.enabled", false)) {
            @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of a generic type
            Tuple2<String, ExecutorDecommissionInfo>[] executors = ids.stream()
                    .map(id -> new Tuple2<>(id, new ExecutorDecommissionInfo("scaled down", Option.empty())))
                    .toArray(Tuple2[]::new);
            decommissionExecutors(executors, false, false);
        } else {
            killExecutors(CollectionConverters.asScala(ids).toList(), false, false, true);
        }
    }

    /** Through Spark's front door, so that its own count of what is wanted is the same. */
    private void want(int total) {
        int profile = ResourceProfile.DEFAULT_RESOURCE_PROFILE_ID();
        requestTotalExecutors(
                PyJobSchedulerBackend.<Object>ofOne(profile, total),
                PyJobSchedulerBackend.<Object>ofOne(profile, 0),
                ofOne(profile, Map.from(CollectionConverters.asScala(new HashMap<String, Object>()))));
    }

    /** Scala's Int is Object in Java's eyes. */
    private static <V> Map<Object, V> ofOne(Object key, V value) {
        return Map.from(CollectionConverters.asScala(java.util.Map.of(key, value)));
    }

    private static List<Integer> numbers(Collection<String> ids) {
        return ids.stream().map(Integer::valueOf).toList();
    }
}
