"""Tests of the program, its components and the sandbox; `tests.engine` is the recording engine they share."""
