"""Benchmarks, a module each."""
