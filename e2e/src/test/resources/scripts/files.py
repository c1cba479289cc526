"""Files that the Python container has and no other; prints `ok NAME` or `FAIL NAME why`.

In a box, the file of the Python program is one: in a JVM's box there is nothing in its place.
"""

import os
import sys
import tempfile
import zipfile

from pyspark import SparkConf, SparkContext, SparkFiles
from pyspark.sql import SparkSession

from checks import check, run_checks

OWN = os.path.realpath(sys.executable)
for name in ("by_conf.txt", "by_conf.py"):
    with open(name, "w") as file:
        file.write("WORD = 'conf'\n")
conf = SparkConf().set("spark.files", "by_conf.txt").set("spark.submit.pyFiles", "by_conf.py")
spark = SparkSession.builder.config(conf=conf).getOrCreate()
sc = spark.sparkContext


def size_there(name):
    return sc.parallelize([name], 1).map(lambda n: os.path.getsize(SparkFiles.get(n))).collect()[0]


@check([os.path.getsize(OWN)] * 2)
def file_of_the_python_image():
    sc.addFile(OWN)
    name = os.path.basename(OWN)
    return [os.path.getsize(SparkFiles.get(name)), size_there(name)]


@check([os.path.getsize(OWN), True])
def added_twice_is_added_once():
    sc.addFile(f"file:{OWN}")
    before = sc.listFiles
    sc.addFile(OWN)
    return [size_there(os.path.basename(OWN)), sc.listFiles == before]


@check([42])
def zip_in_the_working_directory():
    with zipfile.ZipFile("lib.zip", "w") as archive:
        archive.writestr("lib_of_zip/__init__.py", "ANSWER = 42")
    sc.addPyFile("lib.zip")

    def use(x):
        import lib_of_zip

        return lib_of_zip.ANSWER

    import lib_of_zip

    assert lib_of_zip.ANSWER == 42
    return sc.parallelize([1], 1).map(use).collect()


@check([43])
def module_in_a_temporary_folder():
    folder = tempfile.mkdtemp()
    with open(f"{folder}/lib_of_tmp.py", "w") as file:
        file.write("ANSWER = 43")
    sc.addPyFile(f"{folder}/lib_of_tmp.py")

    def use(x):
        import lib_of_tmp

        return lib_of_tmp.ANSWER

    return sc.parallelize([1], 1).map(use).collect()


@check(["text"])
def archive():
    with zipfile.ZipFile("packed.zip", "w") as packed:
        packed.writestr("inside.txt", "text")
    sc.addArchive("packed.zip#unpacked")

    def read(x):
        with open(os.path.join(SparkFiles.get("unpacked"), "inside.txt")) as file:
            return file.read()

    return sc.parallelize([1], 1).map(read).collect()


@check([44])
def artifacts():
    with open("lib_of_artifacts.py", "w") as file:
        file.write("ANSWER = 44")
    spark.addArtifacts("lib_of_artifacts.py", pyfile=True)

    def use(x):
        import lib_of_artifacts

        return lib_of_artifacts.ANSWER

    return sc.parallelize([1], 1).map(use).collect()


@check(["conf", "conf", True])
def files_of_the_settings():
    import by_conf

    def use(x):
        import by_conf

        return by_conf.WORD

    there = sc.parallelize([1], 1).map(use).collect()[0]
    return [by_conf.WORD, there, size_there("by_conf.txt") > 0]


@check([True, True, True])
def what_does_not_work_says_so_as_ever():
    os.makedirs("folder", exist_ok=True)
    words = []
    for path, word in (("missing.txt", "missing.txt"), ("folder", "folder"), ("nowhere://x/y", "nowhere")):
        try:
            sc.addFile(path)
            words.append(None)
        except Exception as error:
            words.append(word in str(error) or str(error))
    return words


@check(["again", "again"])
def a_new_context_adds_anew():
    with open("changing.txt", "w") as file:
        file.write("first")
    sc.addFile("changing.txt")
    sc.stop()
    os.unlink("changing.txt")
    with open("changing.txt", "w") as file:
        file.write("again")
    other = SparkContext(conf=SparkConf())
    other.addFile("changing.txt")

    def read(x):
        with open(SparkFiles.get("changing.txt")) as file:
            return file.read()

    return [read(0), other.parallelize([1], 1).map(read).collect()[0]]


run_checks()
