from __future__ import annotations

import pytest

from pyjob import _requirements
from pyjob._failure import CannotStart
from pyjob._requirements import Version, fault_of, installed
from tests.support import Pod

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
        "odd==1",
        "early==1.0-c.1",
        "early>=1.0",
        "zoned==1!2",
        "zoned==2.0",
        "none==1; python_version < '3'",
        "https://example.com/none.whl",
        "./none",
    ],
)
def test_what_is_met_or_cannot_be_judged_is_no_fault(requirement: str) -> None:
    assert fault_of(requirement, IMAGE.get) == ""


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
    ],
)
def test_what_is_missing_is_named_with_what_there_is(requirement: str, has: str) -> None:
    assert fault_of(requirement, IMAGE.get) == f"{requirement} (it has {has})"


def test_a_version_has_a_normal_form() -> None:
    assert Version.parse("v1.0-ALPHA.2.post3.dev4+CPU_1") == Version((1,), ("a2", "post3", "dev4"), "cpu.1")
    assert Version.parse("1.0-7") == Version((1,), ("post7",))
    assert Version.parse("one") is None


def test_this_python_is_asked() -> None:
    pytest_version = installed("PyTest")
    assert pytest_version is not None
    _requirements.check([f"pytest=={pytest_version}", "pytest>=1"])

    with pytest.raises(CannotStart) as raised:
        _requirements.check([f"pytest=={pytest_version}", "pytest==0.1", "no-such-package"])
    assert raised.value.failure.headline == (
        "the image does not have what spec.python.requirements asks for: "
        f"pytest==0.1 (it has {pytest_version}), no-such-package (it has none)"
    )
    assert raised.value.exit_code == 78


def test_pyspark_comes_with_pyjob(pod: Pod) -> None:
    package = pod.root / "code" / "pyspark"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "version.py").write_text("__version__ = '4.2.0'")

    fine = pod.run_script("print('ran')", PYJOB_REQUIREMENTS="pyspark==4.2.0", PYJOB_PREIMPORT="0")
    other = pod.run_script("print('ran')", PYJOB_REQUIREMENTS="pyspark[sql]==4.1.0", PYJOB_PREIMPORT="0")

    assert (fine.code, fine.out) == (0, "ran\n")
    assert (other.code, other.out) == (78, "")
    assert "pyspark[sql]==4.1.0 (it has 4.2.0)" in other.message


def test_a_script_does_not_start_without_what_it_requires(pod: Pod) -> None:
    pod.file("script.py", "print('never')")

    result = pod.run("run", "script.py", PYJOB_REQUIREMENTS="no-such-package==1.0\nneither")

    assert (result.code, result.out) == (78, "")
    assert result.message.startswith(
        "the image does not have what spec.python.requirements asks for: "
        "no-such-package==1.0 (it has none), neither (it has none)\n"
    )
    assert "build an image" in result.message
    assert result.message.rstrip("\n") in result.err
    assert result.seconds < 5
