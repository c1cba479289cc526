from compatibility.output import close, normalised, same, without_chance


def test_ids_times_and_folders_are_taken_out() -> None:
    text = "LogisticRegression_4bf1a2c3d4e5 at 0x7f00 in /tmp/x1/data, 2026-01-02 03:04:05.6 took 12.5 s\n\n"
    assert normalised(text, "/tmp/x1") == ["LogisticRegression_# at 0x# in <folder>/data, <time> took <duration>"]


def test_numbers_may_differ_in_their_last_digits_only() -> None:
    assert close("mean 0.30000000000000004", "mean 0.3")
    assert not close("mean 0.31", "mean 0.3")
    assert not close("mean 0.3", "sum 0.3")
    assert not close("a 1 2", "a 1")


def test_another_order_of_lines_is_the_same() -> None:
    assert same(["a 1", "b 2"], ["b 2", "a 1"])
    assert not same(["a 1", "b 2"], ["a 1"])
    assert not same(["a 1", "b 2"], ["a 1", "b 3"])


def test_only_lines_that_differ_by_chance_are_compared_without_numbers() -> None:
    compared = without_chance(["pi is 3.14", "n 5"], ["pi is 3.15", "n 5"], ["pi is 3.13", "n 5"])
    assert compared is not None
    assert same(*compared)
    other = without_chance(["pi is 3.14", "n 5"], ["pi is 3.15", "n 5"], ["pi is 3.13", "n 6"])
    assert other is not None
    assert not same(*other)
    assert without_chance(["a"], ["a", "b"], ["a"]) is None
