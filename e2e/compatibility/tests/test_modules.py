from pathlib import Path

import pytest

from compatibility.modules import Unclear, find, resolve, slots, source_of

KNOWN = [
    "pyspark.conf",
    "pyspark.core.context",
    "pyspark.core.rdd",
    "pyspark.ml.feature",
    "pyspark.ml.functions",
    "pyspark.mllib.feature",
    "pyspark.sql.avro.functions",
    "pyspark.sql.classic.dataframe",
    "pyspark.sql.conf",
    "pyspark.sql.context",
    "pyspark.sql.functions.builtin",
    "pyspark.sql.udf",
]


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("pyspark.core.rdd", "pyspark.core.rdd"),
        ("pyspark.rdd", "pyspark.core.rdd"),
        ("rdd", "pyspark.core.rdd"),
        ("context", "pyspark.core.context"),
        ("conf", "pyspark.conf"),
        ("pyspark.sql.dataframe", "pyspark.sql.classic.dataframe"),
        ("dataframe", "pyspark.sql.classic.dataframe"),
        ("sql.functions", "pyspark.sql.functions.builtin"),
        ("udf", "pyspark.sql.udf"),
    ],
)
def test_a_name_is_understood_in_short_and_where_pyspark_has_moved_it_from(wanted: str, meant: str) -> None:
    assert resolve(wanted, KNOWN) == [meant]


def test_a_package_is_all_that_is_in_it() -> None:
    assert resolve("pyspark.ml", KNOWN) == ["pyspark.ml.feature", "pyspark.ml.functions"]
    assert resolve("pyspark", KNOWN) == KNOWN


def test_a_name_of_two_modules_is_refused_with_both() -> None:
    with pytest.raises(Unclear, match="feature may be pyspark.ml.feature, pyspark.mllib.feature"):
        resolve("feature", KNOWN)


def test_a_name_of_none_is_refused() -> None:
    with pytest.raises(Unclear, match="no module .* dataframes"):
        resolve("dataframes", KNOWN)


def test_modules_that_run_doctests_are_found_and_those_of_connect_are_not(tmp_path: Path) -> None:
    tests = 'if __name__ == "__main__":\n    doctest.testmod()\n'
    for name, text in {
        "sql/udf.py": tests,
        "sql/utils.py": "",
        "ml/linalg/__init__.py": tests,
        "sql/connect/udf.py": tests,
        "sql/tests/test_udf.py": tests,
    }.items():
        file = tmp_path / "pyspark" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    assert find(tmp_path) == ["pyspark.ml.linalg", "pyspark.sql.udf"]
    assert source_of(tmp_path, "pyspark.ml.linalg") == tmp_path / "pyspark/ml/linalg/__init__.py"
    assert source_of(tmp_path, "pyspark.sql.udf") == tmp_path / "pyspark/sql/udf.py"


@pytest.mark.parametrize(
    ("tests", "wanted"),
    [
        ('SparkSession.builder.master("local[4]").appName("t")', 4),
        ("SparkContext('local[2]', 't')", 2),
        ('SparkContext("local", "t")', 1),
        ("SparkSession._getActiveSessionOrCreate()", 4),
    ],
)
def test_slots_are_those_of_the_master_of_the_tests(tests: str, wanted: int) -> None:
    source = f'class A:\n    """\n    >>> SparkConf().setMaster("local[7]")\n    """\n\n\ndef _test():\n    {tests}\n'
    assert slots(source) == wanted
    assert slots(source + '\n\nif __name__ == "__main__":\n    _test()\n') == wanted
    assert slots(f'# "local[7]"\n\n\nif __name__ == "__main__":\n    {tests}\n') == wanted
