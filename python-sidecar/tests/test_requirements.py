from __future__ import annotations

import pytest

from pyjob._requirements import Finding, Version, installed, look, needs
from pyjob._requirements_text import entries

IMAGE = {"pandas": "2.3.3", "torch": "2.9.0+cpu", "odd": "not-a-version", "early": "1.0rc1", "zoned": "1!2.0"}


@pytest.mark.parametrize(
    "requirement",
    [
        "pandas",
        "pandas[performance]",
        "pandas==2.3.3",
        "pandas == 2.3.3.0",
        "pandas (==2.3.3)",
        "pandas[performance]==2.3.*",
        "pandas===2.3.3",
        "pandas>=2,<3",
        "pandas~=2.3",
        "pandas~=2.3.0",
        "pandas!=2.3.4",
        "pandas!=2.2.*",
        "pandas @ https://example.com/pandas.whl",
        "torch==2.9.0",
        "torch==2.9.0+cpu",
        "early==1.0-c.1",
        "pandas==2.3.3; python_version > '3'",
        "https://example.com/pandas-2.3.3-cp311-cp311-manylinux_2_17_x86_64.whl",
        "/wheels/pandas-2.3.3-py3-none-any.whl",
    ],
)
def test_what_is_there_is_met(requirement: str) -> None:
    assert look(requirement, IMAGE.get, lambda _: []).is_met


@pytest.mark.parametrize(
    ("requirement", "has"),
    [
        ("scikit-learn", "none"),
        ("scikit-learn==1.7.2", "none"),
        ("scikit-learn @ https://example.com/x.whl", "none"),
        ("pandas==2.3", "2.3.3"),
        ("pandas==2.2.*", "2.3.3"),
        ("pandas===2.3.3.0", "2.3.3"),
        ("pandas>=3", "2.3.3"),
        ("pandas>=2,<2.3", "2.3.3"),
        ("pandas>2.3.3", "2.3.3"),
        ("pandas<=2.3.2", "2.3.3"),
        ("pandas~=2.2.0", "2.3.3"),
        ("pandas~=2.4", "2.3.3"),
        ("pandas!=2.3.3", "2.3.3"),
        ("pandas!=2.*", "2.3.3"),
        ("torch==2.9.0+cu128", "2.9.0+cpu"),
        ("early==1.0", "1.0rc1"),
        ("/wheels/pandas-2.3.2-1-cp311-cp311-linux_x86_64.whl", "2.3.3"),
        # Only pip can tell:
        ("odd==1", "not-a-version"),
        ("early>=1.0", "1.0rc1"),
        ("zoned==1!2", "1!2.0"),
        ("zoned==2.0", "1!2.0"),
        ("none==1; python_version < '3'", "none"),
        ("https://example.com/none.whl", "none"),
        ("./none", "none"),
    ],
)
def test_what_is_missing_is_named_with_what_there_is(requirement: str, has: str) -> None:
    finding = look(requirement, IMAGE.get, lambda _: [])
    assert not finding.is_met
    assert (finding.version or "none") == has


def test_a_version_has_a_normal_form() -> None:
    assert Version.parse("v1.0-ALPHA.2.post3.dev4+CPU_1") == Version((1,), ("a2", "post3", "dev4"), "cpu.1")
    assert Version.parse("1.0-7") == Version((1,), ("post7",))
    assert Version.parse("one") is None


def test_this_python_is_asked() -> None:
    pytest_version = installed("PyTest")
    assert pytest_version is not None
    assert look("pytest>=1", installed, needs) == Finding("pytest", pytest_version, is_met=True)
    assert look("no-such-package", installed, needs) == Finding("no-such-package")


def test_an_extra_is_met_by_what_it_needs() -> None:
    metadata = {"pandas": ["numpy>=1", "numexpr>=2; extra == 'performance'", "odd==1; extra == 'Fine_One'"]}

    def met(requirement: str, **more: str) -> bool:
        return look(requirement, {**IMAGE, **more}.get, lambda name: metadata.get(name, [])).is_met

    assert not met("pandas[performance]")
    assert met("pandas[performance]==2.3.3", numexpr="2.1")
    assert not met("pandas[performance]", numexpr="1.9")
    assert met("pandas[fine-one,none]", odd="1")


def test_requirements_are_read_as_pip_reads_a_file() -> None:
    lines = [
        "# none",
        "",
        "pandas==2.3.3  # which",
        "numpy \\",
        ">=2 \\",
        "  --hash=sha256:00",
        "-r more.txt",
        "  tiny ",
    ]

    assert entries(lines) == ["pandas==2.3.3", "numpy >=2", "-r more.txt", "tiny"]
