from __future__ import annotations

import zipfile
from pathlib import Path

from tests.support import Pod
from tests.wheels import index, wheel


def test_modules_are_there_at_the_scripts_first_line(pod: Pod, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("name = 'one'\n")
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as packed:
        packed.writestr("two/__init__.py", "name = 'two'\n")
    pod.file("near.py", "name = 'near'\n")

    result = pod.run_script(
        """
        import one, two, near, os, subprocess, sys
        print(one.name, two.name, near.name)
        print(subprocess.check_output([sys.executable, "-c", "import two; print(two.name)"], text=True).strip())
        """,
        PYJOB_PY_FILES=f"{tmp_path}/one.py\n{tmp_path}/many.zip\ns3a://code/three.py\nnear.py",
    )

    assert (result.code, result.out) == (0, "one two near\ntwo\n"), result.err


def test_a_relative_module_begins_where_the_image_works(pod: Pod) -> None:
    script = "import near; print(near.name)"
    (pod.root / "work" / "lib").mkdir()
    pod.file("lib/near.py", "name = 'near'\n")

    result = pod.run_script(script, PYJOB_PY_FILES="lib/near.py", PYJOB_WORK=f"{pod.root}/elsewhere")

    assert (result.code, result.out) == (0, "near\n"), result.err


def test_a_module_may_be_an_address(pod: Pod, tmp_path: Path) -> None:
    wheel(tmp_path, "tiny", "1.0").rename(tmp_path / "tiny.zip")
    with index(tmp_path) as url:
        files = url.replace("/simple", "/files")
        fine = pod.run_script("import tiny; print(tiny.version)", PYJOB_PY_FILES=f"{files}/tiny.zip")
        missing = pod.run_script("print('never')", PYJOB_PY_FILES=f"{files}/none.zip")

    assert (fine.code, fine.out) == (0, "1.0\n"), fine.err
    assert (missing.code, missing.out) == (2, "")
    assert missing.message.startswith(
        f"cannot download a module of spec.python.pyFiles from {files}/none.zip: the server"
    )


def test_what_is_not_there_is_named(pod: Pod) -> None:
    module = pod.run_script("print('never')", PYJOB_PY_FILES="lib/none.py")
    archive = pod.run_script("print('never')", PYJOB_ARCHIVES="/data/none.tar.gz#words")

    assert (module.code, module.out, archive.code, archive.out) == (78, "", 78, "")
    assert module.message.startswith(
        f"spec.python.pyFiles: there is no file {pod.root}/work/lib/none.py in the script's container\n"
    )
    assert archive.message.startswith(
        "spec.python.archives: there is no file /data/none.tar.gz in the script's container\n"
    )
