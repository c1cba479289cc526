"""Stock Spark on Kubernetes: an ordinary image, a service account for drivers, and spark-submit on this machine."""

import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pyjob_images.engine import find_engine
from pyjob_images.load import load_into_cluster
from pyjob_local.cache import cache_root
from pyjob_local.say import say
from pyjob_local.spark import VERSION, Spark, ensure_spark

from .cluster import PROJECT, Cluster

IMAGE = f"localhost/pyjob-bench-stock:{VERSION}"
HERE = Path(__file__).resolve().parent
JOBS = HERE / "jobs"
_ACCOUNT = "spark"

AS_IT_IS: dict[str, str] = {}
BEST_KNOWN = {
    # Tasks wait for executors instead of the session.
    "spark.scheduler.minRegisteredResourcesRatio": "0",
    "spark.scheduler.maxRegisteredResourcesWaitingTime": "0s",
    "spark.ui.enabled": "false",
    # Less compiling, which a short job does not get back.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}


@dataclass(frozen=True)
class SparkSubmit:
    """spark-submit, set up for one namespace of a cluster."""

    namespace: str
    home: Path
    kubeconfig: Path
    server: str

    def environment(self) -> dict[str, str]:
        """What it runs in."""
        return {**os.environ, "SPARK_HOME": str(self.home), "KUBECONFIG": str(self.kubeconfig)}

    def command(
        self, name: str, script: str, settings: dict[str, str], cores: int = 1, executors: int = 1
    ) -> list[str]:
        """The command line for a script of the image."""
        conf = {
            "spark.kubernetes.namespace": self.namespace,
            "spark.kubernetes.authenticate.driver.serviceAccountName": _ACCOUNT,
            "spark.kubernetes.container.image": IMAGE,
            "spark.executor.instances": str(executors),
            "spark.executor.cores": str(cores),
            "spark.driver.cores": str(cores),
            **settings,
        }
        if cores == 1:  # as much as our pods ask for
            conf["spark.kubernetes.driver.request.cores"] = "200m"
            conf["spark.kubernetes.executor.request.cores"] = "200m"
        command = [str(self.home / "bin" / "spark-submit"), "--master", f"k8s://{self.server}"]
        command += ["--deploy-mode", "cluster", "--name", name]
        for key, value in conf.items():
            command += ["--conf", f"{key}={value}"]
        return [*command, f"local:///opt/spark/jobs/{script}"]


def build_image() -> None:
    """Build the image, unless nothing has changed, and load it."""
    engine = find_engine()
    spark = ensure_spark(cache_root())
    say(f"building {IMAGE} with {engine.name}")
    # Beside what is fetched, where files can be links.
    with tempfile.TemporaryDirectory(prefix="pyjob-bench-", dir=cache_root()) as folder:
        context = Path(folder)
        _lay_out(spark, context)
        engine.build(IMAGE, HERE / "stock" / "Dockerfile", context, {})
    load_into_cluster(PROJECT, engine, [IMAGE])


def _lay_out(spark: Spark, context: Path) -> None:
    unlike = shutil.ignore_patterns("__pycache__")
    for source, name in (
        (spark.jars, "jars"),
        (spark.jars.parent / "bin", "bin"),
        (spark.python, "python"),
        (JOBS, "jobs"),
    ):
        shutil.copytree(source, context / name, ignore=unlike, copy_function=_link)
    shutil.copy2(HERE / "stock" / "entrypoint.sh", context)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
    return target


def prepare(cluster: Cluster, namespace: str, folder: Path) -> SparkSubmit:
    """The driver's service account with its rights, a Spark home, and a configuration that spark-submit can use."""
    named = {"name": _ACCOUNT, "namespace": namespace}
    cluster.apply(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": named},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": named,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"},
            "subjects": [{"kind": "ServiceAccount", **named}],
        },
    )
    home = folder / "spark"
    home.mkdir()
    spark = ensure_spark(cache_root())
    for part in ("jars", "bin"):
        (home / part).symlink_to(spark.jars.parent / part)
    # Spark's client does not read every kind of key; it does read tokens.
    config = json.loads(cluster.kubectl("config", "view", "--raw", "--minify", "--flatten", "-o", "json"))
    token = cluster.kubectl("create", "token", _ACCOUNT, "-n", namespace, "--duration=12h").strip()
    config["users"] = [{"name": _ACCOUNT, "user": {"token": token}}]
    config["contexts"][0]["context"]["user"] = _ACCOUNT
    kubeconfig = folder / "kubeconfig"
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(json.dumps(config))
    return SparkSubmit(namespace, home, kubeconfig, config["clusters"][0]["cluster"]["server"])
