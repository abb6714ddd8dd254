"""Measures the numbers of docs/benchmarks.md on this machine: `make bench`."""
