"""`python -m bench [--cold] [--tests]`: measures, prints and writes docs/benchmarks.md.

With `--reliability` only how often updates fail that must not; with `--clouds` only the cloud stacks; with `--faults`
only docs/pull-faults-measured.md.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bench import clouds, local, operations, policies, pr_comment, reliability
from bench.diagnosed import Found, diagnose_all
from bench.fault_page import page
from bench.fault_summary import Faults
from bench.faults import RATE, Measured, measure_all
from bench.one_node import OnOneNode, measure_one_node
from bench.plain_rounds import measure_all_plain
from bench.results import PAGE, keep, kept, machine
from tests.e2e.conftest import bring_up
from tests.e2e.project import ROOT

FAULTS = PAGE.with_name("pull-faults-measured.md")
CORPUS = ROOT / "tests" / "corpus" / "README.md"
_PASSING, _HEALTHY = 100, 200
Row = TypeVar("Row", Measured, Found, OnOneNode)


def main() -> None:
    """Measure what was asked for; without flags, what takes about four minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="also with every cache empty (about 25 minutes)")
    parser.add_argument("--tests", action="store_true", help="also the whole test suite")
    parser.add_argument("--reliability", action="store_true", help="only 300 updates (about 25 minutes)")
    parser.add_argument(
        "--faults", action="store_true", help="only the faults of pulls (about 50 minutes; ends without a sandbox)"
    )
    parser.add_argument("--clouds", action="store_true", help="only the stacks of simulated clouds (about 15 minutes)")
    chosen = parser.parse_args()
    if chosen.faults or chosen.clouds or chosen.reliability:
        bring_up()
    if chosen.faults:
        _faults()
    elif chosen.clouds:
        keep([*clouds.stacks(3)])
        keep([clouds.whole_tests()])
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
    keep([*operations.commands(5)])
    keep([pr_comment.comment(5)])
    keep([operations.whole_system(3)])
    keep([policies.pack_cost(5)])
    if tests:
        keep([local.whole_tests()])


def _faults() -> None:
    measured = Faults([*_shown(measure_all())], [*_shown(diagnose_all())])
    _write(measured)  # after each part: the others take long, and what was measured shall not go with them
    measured = replace(measured, plain=measure_all_plain())
    _write(measured)
    _write(replace(measured, nodes=[*_shown(measure_one_node())]))


def _write(measured: Faults) -> None:
    FAULTS.write_text(page(measured, kept(), corpus=CORPUS.read_text(), machine=machine(), rate=RATE))


def _shown(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        print(f"{row.fault.name}: {row.found}", flush=True)
        yield row


if __name__ == "__main__":
    main()
