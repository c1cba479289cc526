from compatibility.output import close, has_all_that_is_sure, normalised, same, without_chance


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
    assert same(*without_chance(["pi is 3.14", "n 5"], ["pi is 3.15", "n 5"], ["pi is 3.13", "n 5"]))
    assert not same(*without_chance(["pi is 3.14", "n 5"], ["pi is 3.15", "n 5"], ["pi is 3.13", "n 6"]))
    assert not same(*without_chance(["a"], ["a", "b"], ["c"]))


def test_random_arrays_may_take_another_number_of_lines() -> None:
    stock = ["w: [ 0.5  0.25 0.1", " -0.3]", "n 5"]
    again = ["w: [0.51 0.2", " 0.123  0.3]", "n 5"]
    assert same(*without_chance(stock, again, ["w: [ 0.5 1.", "0.2 3. ]", "n 5"]))
    shorter = ["w: [0.51 0.2 0.123  0.3]", "n 5"]
    assert same(*without_chance(stock, shorter, shorter))
    assert not same(*without_chance(stock, shorter, ["w: [0.51 0.2 0.123  0.3]", "m 5"]))


def test_an_array_is_one_line() -> None:
    assert normalised("w: [ 0.5 1e-3\n  -2.\n 3]\n[[1, 2]\n [3, 4]]\n", "/x") == [
        "w: [ 0.5 1e-3 -2. 3]",
        "[[1, 2]",
        " [3, 4]]",
    ]


def test_random_numbers_may_cut_a_cell_elsewhere() -> None:
    stock = ["|1 |[{2, 0.25}, {3,...|", "|2 |[{1, 0.125}, {...|"]
    again = ["|1 |[{2, 0.5}, {3, ...|", "|2 |[{1, 0.5}, {3,...|"]
    assert same(*without_chance(stock, again, ["|1 |[{2, 0.1}, {33...|", "|2 |[{1, 0.125},...|"]))
    assert not same(*without_chance(stock, again, ["|1 |[{2, 0.1}, {33...|", "|2 |{1, 0.125},...|"]))


def test_random_lines_leave_those_that_are_sure() -> None:
    stock = ["error = 0.1", "Tree 0:", " If (feature 3 <= 2)", "done"]
    again = ["error = 0.2", "Tree 0:", "  Predict: 1", "done"]
    assert has_all_that_is_sure(stock, again, ["error = 0.3", "Tree 0:", "done"])
    assert not has_all_that_is_sure(stock, again, ["error = 0.3", "Tree 0:"])
    assert not has_all_that_is_sure(stock, stock, stock)
    assert has_all_that_is_sure(["a 1", "a 1", "b"], ["a 1", "b", "b"], ["b", "a 7"])
