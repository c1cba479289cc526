"""What a python container starts with: ``python3 -c "<this text>" run SCRIPT ARG...`` or ``... pool OPTION...``.

The text is passed as it is. It must parse on any Python since 2.7, so that an image with an old one is told so in
words, and it imports nothing that a file in the working directory could stand in for.
"""

import os
import sys
import time


def fail(code, message):
    """Say why on stderr and in the container's termination message, and exit with `code`."""
    sys.stderr.write("[pyjob] %s\n" % message)
    path = os.environ.get("PYJOB_TERMINATION_LOG")
    if path:
        try:
            with open(path, "w") as log:
                log.write(message + "\n")
        except EnvironmentError as error:
            sys.stderr.write("[pyjob] cannot write the termination message: %s\n" % error)
    sys.exit(code)


def boot():
    """Check this Python, wait for PyJob's code in the pod's volume, and hand over to it."""
    if sys.version_info < (3, 10):
        found = (sys.version_info[0], sys.version_info[1])
        fail(78, "this image has Python %d.%d: PyJob needs an image with Python 3.10 or newer" % found)
    code = os.environ.get("PYJOB_CODE")
    if not code:
        fail(78, "PYJOB_CODE is not set: it must name the folder with pyspark, py4j and pyjob")
    if os.environ.get("PYTHONHASHSEED", "random") == "random":
        # Spark spreads keys over partitions by hash(): every Python of a job needs the same seed, which is only
        # read when an interpreter starts.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable] + sys.orig_argv[1:])
    seconds = float(os.environ.get("PYJOB_CODE_WAIT_S", "120"))
    deadline = time.time() + seconds
    while not os.path.exists(os.path.join(code, ".ready")):
        if time.time() > deadline:
            fail(70, "no Python code in %s after %g s: see the log of the pod's jvm container" % (code, seconds))
        time.sleep(0.01)
    sys.path[:] = [code] + [entry for entry in sys.path if entry not in ("", code)]
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([code] + [entry for entry in before if entry not in ("", code)])
    from pyjob.__main__ import main

    main(sys.argv[1:])


if __name__ == "__main__":
    boot()
