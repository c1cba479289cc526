package io.pyjob.api.manifest;

import java.util.List;

/** Manifests for tests. */
final class Manifests {
    static final String HEAD = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJob
            metadata:
              name: pi
            """;

    static final String FULL = """
            apiVersion: pyjob.io/v1alpha1
            kind: PyJob
            metadata:
              name: flights
              namespace: science
              labels: {team: air}
              annotations: {note: "for the report"}
            spec:
              script:
                configMap: {name: scripts, key: flights.py}
              args: ["--top", "10"]
              python:
                image: registry.example.com/team/python:3.11
                requirements: [pandas==2.3.3, "pyarrow >= 20; python_version > '3.9'"]
                requirementsFrom: {configMap: {name: scripts, key: requirements.txt}}
                index:
                  url: https://pypi.example.com/simple
                  extra: [https://other.example.com/simple]
                  findLinks: [/wheels, https://example.com/wheels/]
                  claim: wheels
                  credentials: pypi-login
                pyFiles: [lib/helpers.py, "https://example.com/more.zip", /app/own-1.0-py3-none-any.whl]
                archives: ["s3a://data/words.tar.gz#words"]
                files: [data/*.csv, "s3a://data/words.txt"]
                modulesFrom:
                  - configMap: {name: lib, items: [{key: words.py, path: words/count.py}]}
                    folder: team/report
                  - configMap: {name: more}
                env:
                  - {name: STAGE, value: test}
                  - {name: OMP_NUM_THREADS, value: "4"}
              jvm:
                jars: [lib/*.jar, "local:/opt/jars/a_2.13-1.0.jar"]
                packages: ["org.postgresql:postgresql:42.7.4"]
                excludes: ["org.checkerframework:checker-qual"]
                repositories: ["https://repo.example.com/maven", "file:///m2"]
                ivySettings: {secret: {name: ivy, key: ivysettings.xml}}
                hadoopConf: {configMap: hadoop}
              driver:
                cores: 2
                memory: 4Gi
                python: {memory: 2Gi}
              executors:
                instances: 3
                min: 1
                max: 10
                cores: 4
                memory: 8589934592
                python: {memory: 3Gi, preload: [numpy, pandas]}
              conf:
                spark.driver.port: "9078"
                spark.sql.shuffle.partitions: "8"
              suspend: true
              restart: {policy: OnFailure, retries: 4, infrastructureRetries: 2, backoff: 30s, maxBackoff: 10m, resetAfter: 1h}
              timeout: {start: 10m, run: 2h}
              ttlAfterFinished: {pods: 1h, job: 168h}
              pods:
                labels: {team: air}
                tolerations: [{key: batch, operator: Exists}]
                imagePullSecrets: [{name: registry}]
                template:
                  metadata: {annotations: {a: b}}
                  spec:
                    containers: [{name: python, env: [{name: A, value: b}]}, {name: side, image: side}]
                    initContainers: [{name: fetch, image: fetch}]
                    volumes: [{name: pyjob, emptyDir: {}}]
              queue: {scheduler: YuniKorn, name: root.science, gang: true}
            """;

    private Manifests() {}

    /** A manifest that is sound but for {@code spec}, which is given without its indentation. */
    static String withSpec(String spec) {
        return HEAD + "spec:\n" + spec.indent(2);
    }

    /** A manifest with a script, and {@code rest} in its spec. */
    static String with(String rest) {
        return withSpec("script: {path: pi.py}\n" + rest);
    }

    static List<String> faultsOf(String text) {
        return Manifest.read(text, "job.yaml").faults().stream()
                .map(Fault::toString)
                .toList();
    }
}
