package io.pyjob.api;

import java.util.List;

/**
 * The rules between fields, in Kubernetes' expression language (CEL), and what is said when one does not hold.
 * {@code io.pyjob.api.manifest.FieldRules} says the same in Java, word for word.
 */
public final class Rules {
    static final String ONE_SCRIPT =
            "[has(self.inline), has(self.configMap), has(self.path), has(self.url)]" + ".filter(is, is).size() == 1";
    public static final String ONE_SCRIPT_MESSAGE = "must have exactly one of inline, configMap, path and url";

    static final String SCRIPT_HASH = "!has(self.sha256) || has(self.url)";
    public static final String SCRIPT_HASH_MESSAGE = "is of what url names, and there is no url";

    static final String ONE_SOURCE = "has(self.configMap) != has(self.secret)";
    public static final String ONE_SOURCE_MESSAGE = "must have exactly one of configMap and secret";

    // Java's regular expressions and those of CEL agree on these.
    public static final String OTHER_SCALA_JAR = "_2[.]1[0-2]-[^/]*$";
    public static final String OTHER_SCALA_PACKAGE = "_2[.]1[0-2]:";
    static final String SCALA_OF_JARS =
            "!has(self.jars) || !self.jars.exists(jar, jar.matches('" + OTHER_SCALA_JAR + "'))";
    static final String SCALA_OF_PACKAGES =
            "!has(self.packages) || !self.packages.exists(it, it.matches('" + OTHER_SCALA_PACKAGE + "'))";
    public static final String SCALA_MESSAGE = "are for Spark's Scala, 2.13: one here is for an older one (_2.12), with"
            + " which it would fail in the middle of a job; take the one whose name has _2.13";

    public static final String IVY_SETTINGS_KEY = "spark.jars.ivySettings";
    static final String IVY_SETTINGS = "!has(self.jvm) || !has(self.jvm.ivySettings) || !has(self.conf)" + " || !('"
            + IVY_SETTINGS_KEY + "' in self.conf)";
    public static final String IVY_SETTINGS_MESSAGE =
            "must not have spark.jars.ivySettings beside spec.jvm.ivySettings: there is one file of settings";

    static final String BOTH_BOUNDS = "has(self.min) == has(self.max)";
    public static final String BOTH_BOUNDS_MESSAGE = "must have both of min and max, or neither";

    static final String ORDERED_BOUNDS = "!has(self.min) || !has(self.max) || self.min <= self.max";
    public static final String ORDERED_BOUNDS_MESSAGE = "min must not be more than max";

    static final String OWN_VARIABLE = "!self.name.startsWith('PYJOB_')";
    public static final String OWN_VARIABLE_MESSAGE = "must not begin with PYJOB_: PyJob sets those itself";

    static final String ONE_VALUE = "has(self.value) != has(self.valueFrom)";
    public static final String ONE_VALUE_MESSAGE = "must have exactly one of value and valueFrom";

    static final String ONE_ENV_SOURCE =
            "[has(self.secretKeyRef), has(self.configMapKeyRef), has(self.fieldRef)].filter(is, is).size() == 1";
    public static final String ONE_ENV_SOURCE_MESSAGE =
            "must have exactly one of secretKeyRef, configMapKeyRef and fieldRef";

    static final String ONE_ENV_FROM = "has(self.secretRef) != has(self.configMapRef)";
    public static final String ONE_ENV_FROM_MESSAGE = "must have exactly one of secretRef and configMapRef";

    static final String OWN_PREFIX = "!has(self.prefix) || !self.prefix.startsWith('PYJOB_')";

    public static final List<String> JVM_NAMES = List.of(
            "PATH",
            "JDK_JAVA_OPTIONS",
            "SPARK_LOCAL_DIRS",
            "SPARK_LOCAL_HOSTNAME",
            "SPARK_LOCAL_IP",
            "SPARK_PUBLIC_DNS",
            "SPARK_USER");
    static final String JVM_VARIABLES = "!has(self.env) || !self.env.exists(v, v.name in ['PATH', 'JDK_JAVA_OPTIONS',"
            + " 'SPARK_LOCAL_DIRS', 'SPARK_LOCAL_HOSTNAME', 'SPARK_LOCAL_IP', 'SPARK_PUBLIC_DNS', 'SPARK_USER'])";
    public static final String JVM_VARIABLES_MESSAGE =
            "must not have variables that PyJob sets itself: PATH, JDK_JAVA_OPTIONS (write options of the JVM as"
                    + " spark.driver.extraJavaOptions and spark.executor.extraJavaOptions in conf), SPARK_LOCAL_DIRS (use"
                    + " localDir of a volume), SPARK_LOCAL_HOSTNAME, SPARK_LOCAL_IP, SPARK_PUBLIC_DNS and SPARK_USER";

    static final String ONE_VOLUME_SOURCE = "[has(self.claim), has(self.secret), has(self.configMap),"
            + " has(self.emptyDir), has(self.projected), has(self.csi), has(self.ephemeral), has(self.hostPath)]"
            + ".filter(is, is).size() == 1";
    public static final String ONE_VOLUME_SOURCE_MESSAGE =
            "must have exactly one of claim, secret, configMap, emptyDir, projected, csi and ephemeral";

    /** What containers need to have as it is: the images' own folders, the kernel's, and PyJob's. */
    public static final String OWN_FOLDERS = "^/(bin|boot|etc|lib|lib64|opt|run|sbin|tmp|usr|usr/bin|usr/lib|usr/local"
            + "|usr/local/bin|usr/local/lib|var)$|^/(dev|proc|sys|pyjob|pyjob-[^/]*|opt/pyjob|opt/java)(/.*)?$";

    static final String OWN_FOLDER = "!self.mountPath.matches('" + OWN_FOLDERS + "')";
    public static final String OWN_FOLDER_MESSAGE =
            "would hide what containers run from: take a folder of its own, such as /data/in";

    static final String LOCAL_DIR = "!has(self.localDir) || !self.localDir"
            + " || ((has(self.emptyDir) || has(self.ephemeral))"
            + " && !has(self.containers) && !has(self.subPath) && !has(self.readOnly))";
    public static final String LOCAL_DIR_MESSAGE =
            "is for emptyDir and ephemeral, whole and in both containers: leave out containers, subPath and readOnly";

    static final String HOST_PATH = "!has(self.hostPath)";
    public static final String HOST_PATH_MESSAGE =
            "is refused: pods would reach the node's own files, which namespaces with Pod Security do not allow, and each"
                    + " node has others. Use claim; a PersistentVolume may be a folder of a node";

    static final String ONE_VOLUME_EACH = "!has(self.volumes) || self.volumes.all(one,"
            + " self.volumes.exists_one(other, other.mountPath == one.mountPath))";
    public static final String ONE_VOLUME_EACH_MESSAGE = "must have each mountPath once";

    static final String ENVIRONMENT =
            "!has(self.environment) || (!has(self.requirements) && !has(self.requirementsFrom)"
                    + " && (!has(self.pyFiles) || !self.pyFiles.exists(file, file.endsWith('.whl'))))";
    public static final String ENVIRONMENT_MESSAGE =
            "has all packages of the job: requirements, requirementsFrom and wheels in pyFiles are for an image";

    static final String NO_INDEX = "!has(self.noIndex) || !self.noIndex"
            + " || (!has(self.url) && !has(self.extra) && (has(self.claim) || has(self.findLinks)))";
    public static final String NO_INDEX_MESSAGE =
            "takes packages from claim and findLinks: name one of them, and neither url nor extra";

    static final String INDEX_LOGIN = "!has(self.credentials) || has(self.url)";
    public static final String INDEX_LOGIN_MESSAGE = "are for url, and there is none";

    /**
     * Spark refuses to start if the JVM says that it has less than 450 MiB for its heap; the least overhead is 384 MiB. In a
     * container this small the JVM takes the serial collector, which does not count one of its survivor spaces: of -Xmx464m
     * it says 448 MiB, of -Xmx466m 450 MiB.
     */
    public static final long LEAST_JVM_MEMORY = 850L << 20;

    // The size of a string() of an int-or-string is unknown to an API server, which would refuse the rule as too
    // costly.
    static final String JVM_MEMORY = "!has(self.memory) || (type(self.memory) == string"
            + " ? quantity(self.memory).compareTo(quantity('850Mi')) >= 0 : self.memory >= 891289600)";
    public static final String JVM_MEMORY_MESSAGE =
            "must be at least 850Mi: Spark needs 466Mi of heap, and the JVM 384Mi beside it";

    public static final long LEAST_PYTHON_MEMORY = 64L << 20;
    static final String PYTHON_MEMORY = "!has(self.memory) || (type(self.memory) == string"
            + " ? quantity(self.memory).compareTo(quantity('64Mi')) >= 0 : self.memory >= 67108864)";
    public static final String PYTHON_MEMORY_MESSAGE = "must be at least 64Mi: Python does not start with less";

    static final String LEAST_WORKER_MEMORY = "!has(self.workerMemory) || (type(self.workerMemory) == string"
            + " ? quantity(self.workerMemory).compareTo(quantity('64Mi')) >= 0 : self.workerMemory >= 67108864)";
    public static final String LEAST_WORKER_MEMORY_MESSAGE = "must be at least 64Mi: a Python worker needs as much";

    // As floating point numbers, because each of the two may be a text or a number.
    static final String MOST_WORKER_MEMORY = "!has(self.workerMemory) || !has(self.memory)"
            + " || (type(self.workerMemory) == string"
            + " ? quantity(self.workerMemory).asApproximateFloat() : double(self.workerMemory))"
            + " <= (type(self.memory) == string"
            + " ? quantity(self.memory).asApproximateFloat() : double(self.memory))";
    public static final String MOST_WORKER_MEMORY_MESSAGE =
            "must not be more than memory beside it, which is what all workers have together";

    public static final long MOST_MEMORY_BYTES = 16L << 40;
    static final String MOST_MEMORY = "!has(self.memory) || (type(self.memory) == string"
            + " ? quantity(self.memory).compareTo(quantity('16Ti')) <= 0 : self.memory <= 17592186044416)";
    public static final String MOST_MEMORY_MESSAGE = "must be at most 16Ti";

    public static final String LEAST_CPU_QUANTITY = "10m";
    static final String LEAST_CPU = "!has(self.cpu) || (type(self.cpu) == string"
            + " ? quantity(self.cpu).compareTo(quantity('10m')) >= 0 : self.cpu >= 1)";
    public static final String LEAST_CPU_MESSAGE = "must be at least 10m, a hundredth of a CPU";

    public static final String MOST_CPU_QUANTITY = "1024";
    static final String MOST_CPU = "!has(self.cpu) || (type(self.cpu) == string"
            + " ? quantity(self.cpu).compareTo(quantity('1024')) <= 0 : self.cpu <= 1024)";
    public static final String MOST_CPU_MESSAGE = "must be at most 1024";

    static final String SPARK_KEYS = "!has(self.conf) || self.conf.all(key, key.startsWith('spark.'))";
    public static final String SPARK_KEYS_MESSAGE = "keys must begin with spark.";

    public static final String OWN_KEYS = "!has(self.conf) || !self.conf.exists(key, key in ['spark.master',"
            + " 'spark.submit.deployMode', 'spark.app.id', 'spark.driver.host', 'spark.driver.bindAddress',"
            + " 'spark.driver.memory', 'spark.driver.cores', 'spark.executor.instances', 'spark.executor.cores',"
            + " 'spark.executor.memory', 'spark.dynamicAllocation.enabled', 'spark.dynamicAllocation.minExecutors',"
            + " 'spark.dynamicAllocation.maxExecutors', 'spark.dynamicAllocation.initialExecutors',"
            + " 'spark.shuffle.service.enabled']"
            + " || key.startsWith('spark.authenticate') || key.startsWith('spark.network.crypto')"
            + " || key.startsWith('spark.pyjob.python.') || key.startsWith('spark.executor.resource.'))";
    public static final String OWN_KEYS_MESSAGE = "must not have keys that PyJob sets itself: the master, the driver's"
            + " address, authentication and encryption, spark.pyjob.python.*, an external shuffle service (there is none), and"
            + " what spec.driver and spec.executors say";

    private static final String IS_PORT =
            ".matches('^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}" + "|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$')";
    static final String DRIVER_PORT =
            "!has(self.conf) || !('spark.driver.port' in self.conf)" + " || self.conf['spark.driver.port']" + IS_PORT;
    public static final String DRIVER_PORT_MESSAGE = "spark.driver.port must be a number between 1 and 65535";

    // 0 would be any port, at which no executor would look.
    static final String BLOCK_MANAGER_PORT = "!has(self.conf) || !('spark.driver.blockManager.port' in self.conf)"
            + " || self.conf['spark.driver.blockManager.port']" + IS_PORT;
    public static final String BLOCK_MANAGER_PORT_MESSAGE =
            "spark.driver.blockManager.port must be a number between 1 and 65535";

    public static final String DEFAULT_DRIVER_PORT = "7078";
    static final String TWO_PORTS = "!has(self.conf) || !('spark.driver.blockManager.port' in self.conf)"
            + " || self.conf['spark.driver.blockManager.port'] != ('spark.driver.port' in self.conf"
            + " ? self.conf['spark.driver.port'] : '" + DEFAULT_DRIVER_PORT + "')";
    public static final String TWO_PORTS_MESSAGE =
            "spark.driver.blockManager.port must be another port than spark.driver.port, which is 7078 by default";

    static final String USED_RETRIES = "!has(self.retries) || (has(self.policy) && self.policy != 'Never')";
    public static final String USED_RETRIES_MESSAGE =
            "has no effect with policy Never: say OnFailure or Always beside it";

    static final String ORDERED_BACKOFF =
            "!has(self.backoff) || !has(self.maxBackoff)" + " || duration(self.backoff) <= duration(self.maxBackoff)";
    public static final String ORDERED_BACKOFF_MESSAGE = "must not be less than backoff beside it";

    static final String ORDERED_TIMEOUTS =
            "!has(self.start) || !has(self.run) || duration(self.start) <= duration(self.run)";
    public static final String ORDERED_TIMEOUTS_MESSAGE =
            "must not be more than run beside it, which is for all of the job";

    static final String ONE_PLACE = "[has(self.claim), has(self.directory), has(self.enabled) && !self.enabled]"
            + ".filter(is, is).size() == 1";
    public static final String ONE_PLACE_MESSAGE = "must have exactly one of claim, directory and enabled: false";

    static final String PLACE_PATH = "!has(self.path) || has(self.claim)";
    public static final String PLACE_PATH_MESSAGE = "is a folder of claim, and there is none";

    static final String EVENT_LOG_CONF = "!has(self.eventLog) || !has(self.conf)"
            + " || (!('spark.eventLog.enabled' in self.conf) && !('spark.eventLog.dir' in self.conf))";
    public static final String EVENT_LOG_CONF_MESSAGE =
            "must not have spark.eventLog.enabled and spark.eventLog.dir where there is an eventLog, which says both";

    // What pods are made from once; a job keeps what it began with. Not among these are executors.instances, suspend,
    // restart, timeout and ttlAfterFinished, of which no pod knows.
    static final String SAME_SCRIPT =
            "has(self.script) == has(oldSelf.script) && (!has(self.script) || self.script == oldSelf.script)";
    static final String SAME_ARGS =
            "has(self.args) == has(oldSelf.args) && (!has(self.args) || self.args == oldSelf.args)";
    static final String SAME_PYTHON =
            "has(self.python) == has(oldSelf.python) && (!has(self.python) || self.python == oldSelf.python)";
    static final String SAME_JVM = "has(self.jvm) == has(oldSelf.jvm) && (!has(self.jvm) || self.jvm == oldSelf.jvm)";
    static final String SAME_VOLUMES =
            "has(self.volumes) == has(oldSelf.volumes) && (!has(self.volumes) || self.volumes == oldSelf.volumes)";
    static final String SAME_DRIVER =
            "has(self.driver) == has(oldSelf.driver) && (!has(self.driver) || self.driver == oldSelf.driver)";
    static final String SAME_CONF =
            "has(self.conf) == has(oldSelf.conf) && (!has(self.conf) || self.conf == oldSelf.conf)";
    static final String SAME_EVENT_LOG =
            "has(self.eventLog) == has(oldSelf.eventLog) && (!has(self.eventLog) || self.eventLog == oldSelf.eventLog)";
    static final String SAME_LOGS =
            "has(self.logs) == has(oldSelf.logs) && (!has(self.logs) || self.logs == oldSelf.logs)";
    static final String SAME_MIN = "has(self.min) == has(oldSelf.min) && (!has(self.min) || self.min == oldSelf.min)";
    static final String SAME_MAX = "has(self.max) == has(oldSelf.max) && (!has(self.max) || self.max == oldSelf.max)";
    static final String SAME_CORES =
            "has(self.cores) == has(oldSelf.cores) && (!has(self.cores) || self.cores == oldSelf.cores)";
    static final String SAME_CPU = "has(self.cpu) == has(oldSelf.cpu) && (!has(self.cpu) || self.cpu == oldSelf.cpu)";
    static final String SAME_MEMORY =
            "has(self.memory) == has(oldSelf.memory) && (!has(self.memory) || self.memory == oldSelf.memory)";
    public static final String SAME_MESSAGE = "cannot change: the job's pods have been made from it. Only"
            + " executors.instances (kubectl scale), suspend, restart, timeout and ttlAfterFinished can; for the rest"
            + " delete the job and create it anew";

    static final String SAME_PODS =
            "has(self.pods) == has(oldSelf.pods) && (!has(self.pods) || self.pods == oldSelf.pods)";
    static final String SAME_POD = "has(self.pod) == has(oldSelf.pod) && (!has(self.pod) || self.pod == oldSelf.pod)";
    static final String SAME_QUEUE =
            "has(self.queue) == has(oldSelf.queue) && (!has(self.queue) || self.queue == oldSelf.queue)";
    static final String SAME_GPU = "has(self.gpu) == has(oldSelf.gpu) && (!has(self.gpu) || self.gpu == oldSelf.gpu)";

    static final String OWN_LABELS = "!has(self.labels) || !self.labels.exists(name, name.startsWith('pyjob.io/')"
            + " || name in ['app.kubernetes.io/name', 'app.kubernetes.io/instance',"
            + " 'app.kubernetes.io/managed-by', 'app.kubernetes.io/component'])";
    public static final String OWN_LABELS_MESSAGE =
            "must not have labels that begin with pyjob.io/, nor app.kubernetes.io/name, instance, component and"
                    + " managed-by: PyJob finds its pods by them";

    static final String TOKEN_OF_ACCOUNT = "!has(self.automountServiceAccountToken)"
            + " || !self.automountServiceAccountToken || has(self.serviceAccountName)";
    public static final String TOKEN_OF_ACCOUNT_MESSAGE =
            "gives user code a token: name the service account beside it that is meant, as serviceAccountName";

    static final String KUEUE_GANG = "!has(self.queue) || self.queue.scheduler != 'Kueue' || !has(self.queue.gang)"
            + " || !self.queue.gang || !has(self.executors) || !has(self.executors.max)";
    public static final String KUEUE_GANG_MESSAGE =
            "a gang of Kueue has a fixed number of pods: leave out executors.min and max, or gang";

    static final String KUEUE_GANG_SIZE = "!has(self.queue) || self.queue.scheduler != 'Kueue' || !has(self.queue.gang)"
            + " || !self.queue.gang || !has(self.executors) || !has(oldSelf.executors)"
            + " || self.executors.instances == oldSelf.executors.instances";
    public static final String KUEUE_GANG_SIZE_MESSAGE =
            "cannot change: a gang of Kueue (queue.gang) has a fixed number of pods";

    static final String QUEUE_SCHEDULER = "!has(self.queue) || self.queue.scheduler == 'Kueue'"
            + " || ((!has(self.pods) || !has(self.pods.schedulerName))"
            + " && (!has(self.driver) || !has(self.driver.pod) || !has(self.driver.pod.schedulerName))"
            + " && (!has(self.executors) || !has(self.executors.pod) || !has(self.executors.pod.schedulerName)))";
    public static final String QUEUE_SCHEDULER_MESSAGE = "sets the scheduler of the pods: leave out schedulerName";

    // No pattern, which an API server would show instead of a message.
    static final String CRON = "self.schedule.matches(r'" + Patterns.CRON + "')";
    public static final String CRON_MESSAGE =
            "must be five fields, minute, hour, day of the month, month and day of the"
                    + " week, as in '0 2 * * 1-5', or one of @hourly, @daily, @weekly, @monthly and @yearly";

    private Rules() {}
}
