"""The examples of the pyspark source package: which arguments they want, and which cannot be compared."""

from dataclasses import dataclass, field
from pathlib import Path

_MLLIB = "data/mllib"
_RESOURCES = "examples/src/main/resources"

_WORDS = ["tea", "silk", "road", "river", "wall", "paper", "ink", "rice", "jade", "lake", "hill", "boat"]

#: Made in the folder that a script runs in, for scripts that ask for a file which the package does not have.
MADE_FILES = {
    "numbers.txt": "".join(f"{(i * 7919) % 1009}\n" for i in range(500)),
    "points.txt": "".join(
        " ".join(str(((i * 31 + j * 17) % 97) / 10 if j else (1 if i % 3 else -1)) for j in range(11)) + "\n"
        for i in range(200)
    ),
    "words.txt": "".join(
        " ".join(_WORDS[(i * 7 + j * j) % len(_WORDS)] for j in range(12)) + " china\n" for i in range(60)
    ),
    f"{_RESOURCES}/people.json": '{"name": "Ada"}\n{"name": "Grace", "age": 30}\n{"name": "Mary", "age": 19}\n',
    f"{_RESOURCES}/people.txt": "Ada, 29\nGrace, 30\nMary, 19\n",
    "edges.txt": "".join(f"http://{i % 7} http://{(i * 5 + 2) % 7}\n" for i in range(40)),
}

ARGUMENTS: dict[str, list[str]] = {
    "kmeans.py": [f"{_MLLIB}/kmeans_data.txt", "2", "0.1"],
    "logistic_regression.py": ["points.txt", "3"],
    "pagerank.py": ["edges.txt", "5"],
    "sort.py": ["numbers.txt"],
    "wordcount.py": [f"{_MLLIB}/sample_lda_data.txt"],
    "mllib/correlations.py": [f"{_MLLIB}/sample_linear_regression_data.txt"],
    "mllib/gaussian_mixture_model.py": ["points.txt", "2"],
    "mllib/kmeans.py": [f"{_MLLIB}/kmeans_data.txt", "2"],
    "mllib/logistic_regression.py": ["points.txt", "5"],
    "mllib/random_rdd_generation.py": [],
    "mllib/sampled_rdds.py": [f"{_MLLIB}/sample_binary_classification_data.txt"],
    "mllib/word2vec.py": ["words.txt"],
}

_SOCKET = "reads from a server at a socket, for ever"

#: Why a script is not run at all.
NOT_RUN = {
    "avro_inputformat.py": "needs a jar of Avro converters, which the package does not have",
    "parquet_inputformat.py": "needs a jar of Parquet converters, which the package does not have",
    "mllib/streaming_linear_regression_example.py": "watches folders, for ever",
    "sql/jdbc.py": "needs a database",
    "sql/streaming/structured_blockchain_admission_control.py": "runs for ever",
    "sql/streaming/structured_kafka_wordcount.py": "needs Kafka",
    "sql/streaming/structured_network_wordcount.py": _SOCKET,
    "sql/streaming/structured_network_wordcount_session_window.py": _SOCKET,
    "sql/streaming/structured_network_wordcount_windowed.py": _SOCKET,
    "sql/streaming/structured_sessionization.py": _SOCKET,
    "streaming/hdfs_wordcount.py": "watches a folder, for ever",
    "streaming/network_wordcount.py": _SOCKET,
    "streaming/network_wordjoinsentiments.py": _SOCKET,
    "streaming/recoverable_network_wordcount.py": _SOCKET,
    "streaming/sql_network_wordcount.py": _SOCKET,
    "streaming/stateful_network_wordcount.py": _SOCKET,
}

#: Of these only the ends are compared: nothing of what they print need be there in another run.
RANDOM = {"mllib/stratified_sampling_example.py": "but for what it prints, a random sample"}

#: Run in every `mvn verify`: of parts of PySpark one each, and quick ones. No DStreams: how many batches they get
#: through is a matter of time.
FAST = (
    "pi.py",
    "wordcount.py",
    "ml/pipeline_example.py",
    "mllib/summary_statistics_example.py",
    "sql/arrow.py",
    "sql/udtf.py",
)


@dataclass(frozen=True)
class Case:
    """One script, by its path in the package's folder of examples."""

    name: str
    script: Path
    arguments: list[str] = field(default_factory=list)
    not_run: str | None = None


def find(examples: Path, names: list[str], fast: bool) -> list[Case]:
    """The cases whose name begins with one of `names`; all if there are none."""
    found = []
    for script in sorted(examples.rglob("*.py")):
        name = script.relative_to(examples).as_posix()
        if script.name == "__init__.py" or (fast and name not in FAST):
            continue
        if not names or any(name.startswith(wanted) for wanted in names):
            found.append(Case(name, script, ARGUMENTS.get(name, []), NOT_RUN.get(name)))
    return found
