import json

from compatibility.outcomes import Comparison, End, Ends, Key, closing, counts, read, reasons, table

PASSED = End(True)


def failed(want: str, got: str, source: str = "f()\n") -> End:
    return End(False, source, want, got)


def test_results_are_read_without_the_modules_name() -> None:
    lines = [
        {"test": "pyspark.sql.udf.udf", "line": 3, "passed": True},
        {"test": "__main__.Broadcast", "line": 1, "passed": False, "source": "a\n", "want": "1\n", "got": "2\n"},
    ]
    text = "\n".join(map(json.dumps, lines)) + '\n{"test": "pys'
    assert read(text, "pyspark.sql.udf") == {
        Key("udf", 3): PASSED,
        Key("Broadcast", 1): failed("1\n", "2\n", "a\n"),
    }


def test_of_examples_with_one_name_all_have_to_pass() -> None:
    lines = [{"test": "m.a", "line": 1, "passed": passed} for passed in (True, False, True)]
    assert counts(read("\n".join(map(json.dumps, lines)), "m")) == (0, 1)


def test_the_reason_is_the_first_line_that_is_not_as_expected() -> None:
    end = failed("+-+\n|4|\n+-+\n", "+-+\n|2|\n+-+\n", "df.show()\n")
    assert end.reason() == "`df.show()`: expected `|4|`, got `|2|`"
    assert failed("1\n", "", "x\n").reason() == "`x`: expected `1`, got `nothing`"
    assert failed("", "warning\n", "x\n").reason() == "`x`: expected `nothing`, got `warning`"


def test_the_reason_of_an_exception_is_its_last_line_and_not_a_frame_of_java() -> None:
    got = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'
        "py4j.protocol.Py4JJavaError: An error occurred while calling o1.g.\n: java.io.XException: z\n"
        "\tat java.base/A.b(A.java:1)\nCaused by: java.x.YException: z\n"
    )
    assert failed("", got).reason() == (
        "py4j.protocol.Py4JJavaError: An error occurred while calling o1.g.: java.io.XException: z"
    )
    assert failed("", "Traceback (most recent call last):\nNameError: name 'x' at 0x7f\n").reason().endswith("at 0x#")


def test_another_order_of_rows_is_named_unless_there_is_another_reason() -> None:
    order = failed("|Tom|\n|Al|\n", "|Al |\n|Tom|\n")
    assert order.reason() == "the order of rows"
    assert failed("[Row(a=1), Row(a=2)]\n", "[Row(a=2), Row(a=1)]\n").reason() == "the order of rows"
    stock = {Key("a", 1): PASSED, Key("a", 2): PASSED}
    both = Comparison("m", stock, {Key("a", 1): order, Key("a", 2): failed("1\n", "2\n")})
    assert reasons(both) == {"a": (2, "`f()`: expected `1`, got `2`")}


def compared() -> Comparison:
    stock: Ends = {
        Key("a", 1): PASSED,
        Key("a", 2): PASSED,
        Key("b", 1): failed("1\n", "3\n"),
        Key("c", 1): PASSED,
    }
    ours: Ends = {
        Key("a", 1): failed("1\n", "2\n"),
        Key("a", 2): failed("x\n", "y\n"),
        Key("b", 1): failed("1\n", "3\n"),
    }
    return Comparison("m", stock, ours, ours_ended="exit code 70")


def test_what_is_not_reached_has_failed() -> None:
    assert counts(compared().ours) == (0, 4)
    assert set(compared().only_ours) == {Key("a", 1), Key("a", 2), Key("c", 1)}


def test_a_doctest_is_named_once_with_the_reason_of_its_first_failure() -> None:
    assert reasons(compared()) == {"a": (2, "`f()`: expected `1`, got `2`"), "c": (1, "not reached: exit code 70")}


def test_one_way_alone_is_counted_and_not_compared() -> None:
    alone = Comparison("m", None, {Key("a", 1): failed("1\n", "2\n")})
    assert alone.only_ours == {}
    assert closing([alone]) == "0 of the failed fail on stock too\n0 passed, 1 failed"


def test_table_and_closing_lines_have_the_sums() -> None:
    whole = Comparison("n", {Key("a", 1): PASSED}, {Key("a", 1): PASSED})
    rows = table([compared(), whole]).splitlines()
    assert rows[3] == "| `n` | 1 | 0 | 1 | 0 |  |"
    assert rows[-1] == "| all | 4 | 1 | 1 | 4 | 3 |"
    assert closing([compared(), whole]) == "1 of the failed fail on stock too\n1 passed, 4 failed"
