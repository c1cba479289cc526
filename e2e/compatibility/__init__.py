"""Runs scripts that PyJob did not write, under stock Spark and under PyJob, and compares what they print."""
