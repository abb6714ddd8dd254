"""How a Go build is planned: its flags, and how many compilers run at once."""

from dataclasses import replace

import pytest

from sandbox.go_build import build_flags, parallel_jobs
from sandbox.tool_catalogue import CATALOGUE

_SPEC = CATALOGUE["traefik"]


@pytest.mark.parametrize(
    ("cores", "free_gb", "jobs"),
    [(2, 3.5, 2), (2, 3.3, 1), (8, 7.7, 8), (8, 7.5, 1), (1, 0.1, 1)],
)
def test_compilers_run_side_by_side_only_where_the_largest_package_fits(cores: int, free_gb: float, jobs: int) -> None:
    spec = replace(_SPEC, memory_gb=2.7)
    assert parallel_jobs(spec, cores=cores, free_gb=free_gb) == jobs


def test_the_order_in_which_values_are_written_does_not_change_the_flags() -> None:
    one, other = {"a.X": "1", "b.Y": "2"}, {"b.Y": "2", "a.X": "1"}
    flags = build_flags(replace(_SPEC, link_values=one))
    assert flags == build_flags(replace(_SPEC, link_values=other))
    assert flags[-1] == "-ldflags=-s -w -X a.X=1 -X b.Y=2"
