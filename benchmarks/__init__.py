"""Benchmarks that print ratios against named peers: ``python -m benchmarks.NAME --json``."""
