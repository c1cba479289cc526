"""Random tables, and what functions make of them on PyJob's way of data and on Spark's own. Stays with the script.

All of it follows from SEED. A value is a function of its row's key: whoever reads a row, and in whatever order, finds
the same.
"""

import os
import random
import re

from pyspark.sql import SparkSession

SEED = int(os.environ.get("SEED", "7"))
OURS = "spark.pyjob.arrow.enabled"
BATCH_ROWS = "spark.sql.execution.arrow.maxRecordsPerBatch"
SCALAR = [
    "boolean",
    "tinyint",
    "smallint",
    "int",
    "bigint",
    "float",
    "double",
    "decimal(7,2)",
    "decimal(18,0)",
    "decimal(38,10)",
    "string",
    "binary",
    "date",
    "timestamp",
    "timestamp_ntz",
    "interval day to second",
]

spark = (
    SparkSession.builder.config("spark.sql.execution.arrow.pythonUDF.columnarInput.enabled", "false")
    .config("spark.sql.session.timeZone", "America/New_York")
    .config("spark.sql.shuffle.partitions", "3")
    .config("spark.sql.adaptive.coalescePartitions.enabled", "false")
    .config("spark.sql.files.maxPartitionBytes", "100k")
    .config(BATCH_ROWS, "64")
    .getOrCreate()
)
random.seed(SEED)

# Of an object that Py4J called.
_ID = re.compile(r"\bo[0-9]+\.")


class Values:
    """SQL of values by their types. Each call gives others."""

    def __init__(self):
        self.salt = 0

    def of(self, kind, nulls):
        value = f"cast({self._plain(kind, nulls)} as {kind})"
        return f"if(pmod({self._hashed()}, 100) < {int(100 * nulls)}, null, {value})" if nulls else value

    def _hashed(self):
        self.salt += 1
        return f"xxhash64(k, {self.salt * 1000003 + SEED}L)"

    def _one_of(self, *values):
        return f"element_at(array({', '.join(values)}), cast(pmod({self._hashed()}, {len(values)}) as int) + 1)"

    def _some(self, *values):
        return f"slice(array({', '.join(values)}), 1, cast(pmod({self._hashed()}, {len(values) + 1}) as int))"

    def _plain(self, kind, nulls):
        if kind == "boolean":
            return f"{self._hashed()} % 2 = 0"
        if kind in ("tinyint", "smallint", "int"):
            bits = {"tinyint": 7, "smallint": 15, "int": 31}[kind]
            return f"{self._hashed()} % {1 << bits}"
        if kind == "bigint":
            return self._hashed()
        if kind in ("float", "double"):
            special = [f"{kind}('{value}')" for value in ("nan", "infinity", "-infinity", "-0.0", "0.1", "1e-40")]
            return self._one_of(*special, f"cast({self._hashed()} / 1e7 as {kind})")
        if kind.startswith("decimal"):
            precision, scale = (int(part) for part in kind[8:-1].split(","))
            whole = f"cast({self._hashed()} % {10 ** min(precision, 18)} as decimal(20,0))"
            unit = f"{10**-scale:.{scale}f}"
            return f"{whole} * cast('{unit}' as decimal({scale + 1},{scale}))"
        if kind == "string":
            return self._one_of("''", "'a'", "'ä€😀'", "repeat('long', 60)", f"cast({self._hashed()} as string)")
        if kind == "binary":
            return self._one_of("X''", "X'00ff'", "cast(repeat('b', 40) as binary)", f"unhex(hex({self._hashed()}))")
        if kind == "date":
            return f"date_add(date'2000-01-01', cast({self._hashed()} % 30000 as int))"
        if kind in ("timestamp", "timestamp_ntz"):
            return f"timestamp_micros({self._hashed()} % 4000000000000000)"
        if kind == "interval day to second":
            return f"make_dt_interval(0, 0, 0, cast({self._hashed()} % 1000000000 as decimal(18,6)) / 1000)"
        if kind.startswith("array<"):
            return self._some(*[self.of(kind[6:-1], nulls) for _ in range(3)])
        if kind.startswith("map<string,"):
            entries = [f"struct('{key}', {self.of(kind[11:-1], nulls)})" for key in "abc"]
            return f"map_from_entries({self._some(*entries)})"
        if kind.startswith("struct<"):
            fields = [field.split(":", 1) for field in _split(kind[7:-1])]
            return "named_struct(" + ", ".join(f"'{name}', {self.of(of, nulls)}" for name, of in fields) + ")"
        raise ValueError(kind)


def _split(fields):
    """At commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(fields):
        depth += (char in "<(") - (char in ">)")
        if char == "," and depth == 0:
            parts.append(fields[start:at])
            start = at + 1
    return [*parts, fields[start:]]


def any_kind(depth):
    """A random type, at most so many types deep."""
    chosen = random.random()
    if depth == 0 or chosen < 0.3:
        return random.choice(SCALAR)
    if chosen < 0.5:
        return f"array<{any_kind(depth - 1)}>"
    if chosen < 0.75:
        return f"map<string,{any_kind(depth - 1)}>"
    return f"struct<a:{any_kind(depth - 1)},b:{any_kind(depth - 1)}>"


def table(kinds, rows, nulls=0.2, partitions=2):
    """Columns c0, c1 ... of random values, and k, which tells rows apart."""
    values = Values()
    columns = [f"{values.of(kind, nulls)} as c{i}" for i, kind in enumerate(kinds)]
    return spark.range(0, rows, 1, partitions).withColumnRenamed("id", "k").selectExpr("k", *columns)


def outcome(make, **settings):
    """The rows, sorted; or the error, without what differs from run to run. Settings are as before afterwards."""
    before = {key: spark.conf.get(key, None) for key in settings}
    for key, value in settings.items():
        spark.conf.set(key, value)
    try:
        return sorted(repr(row) for row in make().collect())
    except Exception as error:
        lines = [line for line in str(error).splitlines() if line and not line.startswith((" ", "\t"))]
        return [f"{type(error).__name__} {_ID.sub('', line)[:300]}" for line in lines[:1] + lines[-1:]]
    finally:
        for key, value in before.items():
            if value is None:
                spark.conf.unset(key)
            else:
                spark.conf.set(key, value)


def difference(make, fails=False, pickled=False, **settings):
    """How the rows on our way differ from those on Spark's own, each with these settings; None if they do not.

    Which must be rows, and not an error, unless it `fails`; `pickled` compares with rows that went without Arrow, too.
    """
    ours = outcome(make, **settings, **{OURS: "true"})
    if any(row.startswith("Row") for row in ours) == fails and (fails or ours):
        return f"unexpected: {ours[:3]}"
    others = [("stock", {OURS: "false"})]
    if pickled:
        others.append(("pickled", {"spark.sql.execution.pythonUDF.arrow.enabled": "false"}))
    for name, other_settings in others:
        theirs = outcome(make, **settings, **other_settings)
        if ours != theirs:
            pairs = [(a, b) for a, b in zip(ours, theirs, strict=False) if a != b]
            first = f"{pairs[0][0]}, {name} {pairs[0][1]}" if pairs else "none"
            return f"{len(ours)} rows, {name} {len(theirs)}; first of ours that differs: {first}"
    return None
