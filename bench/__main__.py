"""`python -m bench [--cold] [--tests] [--faults]`: measures, prints and writes docs/benchmarks.md.

With `--faults` only that: docs/pull-faults-measured.md.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import local
from bench.fault_page import page
from bench.faults import RATE, Measured, measure_all
from bench.results import PAGE, keep, machine

FAULTS = PAGE.with_name("pull-faults-measured.md")


def main() -> None:
    """Measure what was asked for; without flags, what takes about two minutes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="also with every cache empty (about 25 minutes)")
    parser.add_argument("--tests", action="store_true", help="also the whole test suite")
    parser.add_argument("--faults", action="store_true", help="only the faults of pulls (about five minutes)")
    chosen = parser.parse_args()
    if chosen.faults:
        FAULTS.write_text(page([*_shown(measure_all())], machine=machine(), rate=RATE))
        print(FAULTS.read_text())
        return
    if chosen.cold:
        with tempfile.TemporaryDirectory() as scratch:
            keep([local.cold_start(Path(scratch))])
            # Go makes its downloaded modules read-only.
            subprocess.run(["chmod", "-R", "u+w", scratch], check=True)
    keep([local.warm_start(3)])
    keep([local.nothing_changed(5)])
    keep([local.changed_line(3)])
    if chosen.tests:
        keep([local.whole_tests()])
    print(PAGE.read_text())


def _shown(rows: Iterator[Measured]) -> Iterator[Measured]:
    for row in rows:
        print(f"{row.fault.name}: {row.found or 'none'} in {row.whole:.1f} s", flush=True)
        yield row


if __name__ == "__main__":
    main()
