package io.pyjob.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Variables and volumes of a cluster's own, in a local run: folders, and Secrets given on the command line. */
class DataIT {
    private final PyJob pyjob = PyJob.inNewFolder();

    @AfterEach
    void nothingIsLeft() {
        try (pyjob) {
            Runs.assertNothingLeft(pyjob);
        }
    }

    private void manifest() {
        pyjob.write(
                "job.yaml",
                "apiVersion: pyjob.io/v1alpha1",
                "kind: PyJob",
                "metadata: {name: data}",
                "spec:",
                "  script: {path: main.py}",
                "  args: [/data/in, /data/out]",
                "  python:",
                "    env:",
                "      - {name: API_TOKEN, pods: [driver], valueFrom: {secretKeyRef: {name: api, key: token}}}",
                "      - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}",
                "      - {name: TABLE, value: /settings/table}",
                "    envFrom: [{prefix: APP_, configMapRef: {name: settings}, pods: [executors]}]",
                "  jvm:",
                "    env: [{name: LAKE_KEY, valueFrom: {secretKeyRef: {name: lake, key: key}}}]",
                "  volumes:",
                "    - {name: input, mountPath: /data/in, claim: flights, readOnly: true}",
                "    - {name: output, mountPath: /data/out, claim: results, subPath: run}",
                "    - {name: lake, mountPath: /keys, secret: {name: lake}}",
                "    - {name: settings, mountPath: /settings, configMap: {name: settings}, containers: [python]}",
                "    - {name: scratch, mountPath: /scratch, localDir: true, emptyDir: {medium: Memory, sizeLimit: 64Mi}}",
                "  executors: {instances: 1}",
                "  conf:",
                "    spark.hadoop.test.key: ${env.LAKE_KEY}",
                "    spark.hadoop.test.file: file:/keys/key",
                "---",
                "apiVersion: v1",
                "kind: ConfigMap",
                "metadata: {name: settings}",
                "data: {table: numbers}",
                "---",
                "apiVersion: v1",
                "kind: Secret",
                "metadata: {name: api}",
                "stringData: {token: t0ken}");
        pyjob.write(
                "main.py",
                "import os, sys",
                "from pyspark.sql import SparkSession",
                "spark = SparkSession.builder.getOrCreate()",
                "sc = spark.sparkContext",
                "source, target = sys.argv[1:]",
                "names = ('API_TOKEN', 'APP_table', 'LAKE_KEY', 'POD')",
                "def have(_):",
                "    return [os.environ.get(name) for name in names]",
                "def table(_):",
                "    with open(os.environ['TABLE']) as file:",
                "        return file.read()",
                "print('script', have(0), table(0))",
                "print('function', sc.parallelize([0], 1).map(have).first(), sc.parallelize([0], 1).map(table).first())",
                "print('csv', spark.read.csv(source, header=True).groupBy('n').count().orderBy('n').collect())",
                "def read(_):",
                "    with open(os.path.join(source, 'a.csv')) as file:",
                "        return file.readline().strip()",
                "print('python reads', read(0), sc.parallelize([0], 1).map(read).first())",
                "spark.range(10).coalesce(1).write.csv(target + '/ten')",
                "conf = sc._jsc.hadoopConfiguration()",
                "print('jvm', conf.get('test.key'), sc._jvm.java.lang.System.getenv('API_TOKEN'))",
                "print('file', sc.textFile(conf.get('test.file')).collect())",
                "print('local', sc._jvm.java.lang.System.getenv('SPARK_LOCAL_DIRS').split('/')[-1])");
    }

    @Test
    void eachContainerHasWhatIsForItAndNoOther() throws IOException {
        manifest();
        Files.createDirectory(pyjob.work().resolve("in"));
        pyjob.write("in/a.csv", "n", "1", "2", "1");
        Path out = Files.createDirectory(pyjob.work().resolve("results"));
        pyjob.write("lake.env", "# the lake's", "key=s3cret");

        PyJob.Ended run =
                pyjob.runJob("--volume=input=in", "--volume=output=results", "--secret=lake=lake.env", "job.yaml");

        assertThat(run.out()).as(Runs.describe(run)).isEqualTo("""
                script ['t0ken', None, None, 'data-1-driver'] numbers
                function [None, 'numbers', None, 'data-1-exec-1'] numbers
                csv [Row(n='1', count=2), Row(n='2', count=1)]
                python reads n n
                jvm s3cret None
                file ['s3cret']
                local user-scratch
                """);
        assertThat(run.code()).isZero();
        assertThat(out.resolve("run/ten/_SUCCESS")).exists();
    }

    @Test
    void whatOnlyAClusterHasIsAskedFor() {
        manifest();

        PyJob.Ended run = pyjob.run("run", "job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(65);
        assertThat(run.err())
                .contains(
                        "spec.jvm.env[0].valueFrom.secretKeyRef: there are no Secrets on this machine: put \"lake\" into"
                                + " the manifest, after a line of ---, or give --secret lake=FOLDER, with a file for each key",
                        "spec.volumes[0]: only a cluster has it: give this run a folder for it, --volume input=FOLDER",
                        "spec.volumes[1]: only a cluster has it: give this run a folder for it, --volume output=FOLDER");
    }

    @Test
    void optionsThatNameNothingAreTold() {
        manifest();

        PyJob.Ended run = pyjob.run("run", "--volume=input=nowhere", "--secret=lake", "job.yaml");

        assertThat(run.code()).as(Runs.describe(run)).isEqualTo(65);
        assertThat(run.err())
                .contains(
                        "--volume input=nowhere: there is no " + pyjob.work().resolve("nowhere"),
                        "--secret lake: must be NAME=FOLDER");
    }
}
