package io.pyjob.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Scripts that were written for another place run on a cluster as they are. */
@OnCluster
final class CompatibilityE2E {
    private final TestNamespace namespace;

    CompatibilityE2E(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @Test
    void aScriptOfALaptopRunsOnExecutors() {
        Job job = namespace.run("laptop", """
                import os, socket
                from pyspark.sql import SparkSession

                spark = (SparkSession.builder.master("local[*]").config("spark.executor.memory", "9g")
                         .config("spark.executor.instances", "7").getOrCreate())
                sc = spark.sparkContext
                print(sc.master, spark.conf.get("spark.executor.instances"))
                print(sc.parallelize([0], 1).map(lambda _: socket.gethostname()).first() != socket.gethostname())
                """, Scripts.ONE);
        String log = job.succeeds();
        assertThat(log)
                .contains("pyjob://" + namespace.name() + "/laptop 1\nTrue\n")
                .contains("spark.master=local[*] in the script is ignored")
                .contains("spark.executor.memory=9g in the script is ignored")
                .contains("spark.executor.instances=7 in the script is ignored");
        assertThat(job.executors()).hasSize(1);
    }

    /** The driver's JVM has neither the file of the image nor that of the script's own making. */
    @Test
    void filesThatOnlyTheScriptsContainerHasReachExecutors() {
        Job job = namespace.run("adds-files", Scripts.SPARK + """
                import os
                from pyspark import SparkFiles

                with open("made.py", "w") as file:
                    file.write("ANSWER = 42")
                sc.addFile(os.__file__)
                sc.addPyFile("made.py")

                def look(_):
                    import made
                    return os.path.getsize(SparkFiles.get("os.py")), made.ANSWER

                print(sc.parallelize([0], 1).map(look).first() == (os.path.getsize(os.__file__), 42))
                """, Scripts.ONE);
        assertThat(job.succeeds()).endsWith("True\n");
    }

    /** What is in the jar does not matter for the way that it takes: any file of the image will do. */
    @Test
    void jarsThatOnlyTheScriptsContainerHasReachExecutors() {
        Job job = namespace.run("adds-jars", """
                import os
                from pyspark import SparkFiles
                from pyspark.sql import SparkSession

                spark = SparkSession.builder.config("spark.jars", os.__file__).getOrCreate()
                there = spark.sparkContext.parallelize([0], 1).map(lambda _: os.path.getsize(SparkFiles.get("os.py")))
                print(there.first() == os.path.getsize(os.__file__))
                """, Scripts.ONE);
        assertThat(job.succeeds()).isEqualTo("True\n");
    }

    /** The pod's own file system cannot be written to. The script brings a repository, as a pod need not reach others. */
    @Test
    void packagesAreFetchedIntoThePodsVolume() {
        Job job = namespace.run("fetches", """
                import os, zipfile
                from pyspark.sql import SparkSession

                folder = "/tmp/repository/com/acme/tool/1.0"
                os.makedirs(folder)
                with open(folder + "/tool-1.0.pom", "w") as pom:
                    pom.write("<project><modelVersion>4.0.0</modelVersion><groupId>com.acme</groupId>"
                              "<artifactId>tool</artifactId><version>1.0</version></project>")
                with zipfile.ZipFile(folder + "/tool-1.0.jar", "w") as jar:
                    jar.writestr("tool_module.py", "ANSWER = 42")
                    jar.writestr("com/acme/tool.txt", "text")
                with open("/tmp/ivysettings.xml", "w") as settings:
                    settings.write("<ivysettings><settings defaultResolver='none'/><resolvers><ibiblio name='none'"
                                   " m2compatible='true' root='file:/tmp/none'/></resolvers></ivysettings>")

                spark = (SparkSession.builder.config("spark.jars.packages", "com.acme:tool:1.0")
                         .config("spark.jars.repositories", "file:/tmp/repository/")
                         .config("spark.jars.ivySettings", "/tmp/ivysettings.xml").getOrCreate())

                def look(_):
                    import tool_module
                    return tool_module.ANSWER

                print(look(0), spark.sparkContext.parallelize([0], 1).map(look).first())
                loader = spark._jvm.Thread.currentThread().getContextClassLoader()
                print(loader.getResource("com/acme/tool.txt") is not None)
                print(os.listdir(os.path.join(os.environ["PYJOB_DIR"], "ivy", "jars")))
                """, Scripts.ONE);
        assertThat(job.succeeds()).endsWith("42 42\nTrue\n['com.acme_tool-1.0.jar']\n");
        assertThat(Promises.containers(job.driver()))
                .allSatisfy(
                        container -> assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                                .isTrue());
    }

    @Test
    void aStreamMayBeReadByPython() {
        Job job = namespace.run("streams", Scripts.SPARK + """
                from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader

                class Numbers(DataSource):
                    @classmethod
                    def name(cls): return "numbers"
                    def schema(self): return "n int"
                    def simpleStreamReader(self, schema): return Reader()

                class Reader(SimpleDataSourceStreamReader):
                    def initialOffset(self): return {"at": 0}
                    def read(self, start):
                        at = start["at"]
                        return (iter([(n,) for n in range(at, min(at + 2, 6))]), {"at": min(at + 2, 6)})
                    def readBetweenOffsets(self, start, end):
                        return iter([(n,) for n in range(start["at"], end["at"])])

                seen = []
                spark.dataSource.register(Numbers)
                query = (spark.readStream.format("numbers").load().writeStream
                         .foreachBatch(lambda frame, _: seen.extend(row.n for row in frame.collect()))
                         .option("checkpointLocation", "checkpoint").start())
                import time
                end = time.monotonic() + 60
                while len(seen) < 6 and time.monotonic() < end:
                    time.sleep(0.2)
                query.stop()
                print(sorted(seen))
                """, Scripts.ONE);
        assertThat(job.succeeds()).contains("[0, 1, 2, 3, 4, 5]\n");
    }
}
