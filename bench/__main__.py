"""`python -m bench [--cold] [--tests]`: measures, prints and writes docs/benchmarks.md.

With `--reliability` only how often updates fail that must not; with `--faults` only docs/pull-faults-measured.md.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from bench import local, reliability
from bench.diagnosed import Found, diagnose_all
from bench.fault_page import page
from bench.faults import RATE, Measured, measure_all
from bench.plain import Plain, measure_plain
from bench.results import PAGE, keep, machine
from tests.faults.cluster_faults import CLUSTER_FAULTS
from tests.faults.faults import HANGING, REFUSED

FAULTS = PAGE.with_name("pull-faults-measured.md")
_PASSING, _HEALTHY = 100, 200
_APART = ("node-qps", "disk-full", "lost-content")
"""Faults of the node, which would be every other pull's too."""
_NOT_PLAIN = ("of-a-bare-pod", "of-a-job", "of-a-statefulset", "refusing-verifier", "runtime-stopped")
"""No Deployment, or what would refuse all others."""
Row = TypeVar("Row", Measured, Found)


def main() -> None:
    """Measure what was asked for; without flags, what takes about two minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="also with every cache empty (about 25 minutes)")
    parser.add_argument("--tests", action="store_true", help="also the whole test suite")
    parser.add_argument("--reliability", action="store_true", help="only 300 updates (about 25 minutes)")
    parser.add_argument("--faults", action="store_true", help="only the faults of pulls (about 30 minutes)")
    chosen = parser.parse_args()
    if chosen.faults:
        _faults()
    elif chosen.reliability:
        keep([reliability.rehearsal_cost(10)])
        keep([reliability.passing_faults(_PASSING)])
        keep([reliability.healthy_updates(_HEALTHY)])
    else:
        _local(cold=chosen.cold, tests=chosen.tests)
    print((FAULTS if chosen.faults else PAGE).read_text())


def _local(*, cold: bool, tests: bool) -> None:
    if cold:
        with tempfile.TemporaryDirectory() as scratch:
            keep([local.cold_start(Path(scratch))])
            # Go makes its downloaded modules read-only.
            subprocess.run(["chmod", "-R", "u+w", scratch], check=True)
    keep([local.warm_start(3)])
    keep([local.nothing_changed(5)])
    keep([local.changed_line(3)])
    keep([local.preview_refusal(5)])
    if tests:
        keep([local.whole_tests()])


def _faults() -> None:
    updates = [*_shown(measure_all())]
    others = [*_shown(diagnose_all())]
    FAULTS.write_text(page(updates, others, _plain(), machine=machine(), rate=RATE))


def _plain() -> dict[str, Plain]:
    alone = [each for each in CLUSTER_FAULTS if each.name in _APART]
    together = [each for each in CLUSTER_FAULTS if each.name not in (*_APART, *_NOT_PLAIN)]
    # A kubelet pulls one image after the other, so the one that hangs would hold up all.
    return measure_plain([*REFUSED, *together], last=[HANGING, *alone])


def _shown(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        print(f"{row.fault.name}: {row.found}", flush=True)
        yield row


if __name__ == "__main__":
    main()
