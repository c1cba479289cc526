"""The Python side of a PyJob pod, on the standard library alone.

`pyjob.run` runs the driver's script; `pyjob.pool` keeps Python workers ready for Spark's executors.
"""
