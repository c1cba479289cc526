from benchmarks.node import parse_memory, parse_usage


def test_usage_of_a_cgroup_of_version_2() -> None:
    assert parse_usage("usage_usec 1500000\nuser_usec 1\nsystem_usec 2\n") == 1.5


def test_memory_now_and_at_most() -> None:
    assert parse_memory("Name:\tjava\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t5\n") == (1 << 20, 2 << 20)


def test_a_process_without_memory() -> None:
    assert parse_memory("Name:\tkthreadd\nThreads:\t1\n") == (0, 0)
