from benchmarks.side_by_side import Taken, median
from benchmarks.table import table


def test_small_numbers_keep_their_digits() -> None:
    assert table(("a", "b"), [("x", 0.0421), (3, 21.239)]) == "| a | b |\n|---|---|\n| x | 0.042 |\n| 3 | 21.24 |"


def test_each_figure_has_its_own_median() -> None:
    assert median([Taken(1.0, 9.0), Taken(2.0, 7.0), Taken(3.0, 8.0)]) == Taken(2.0, 8.0)
