"""docs/pull-faults-measured.md: a row for each fault, and how often the cause was right. Pure."""

import statistics
from collections import Counter
from collections.abc import Sequence

from bench.faults import Measured

_HEAD = """# Faults of pulls, as measured

Written by `make bench ARGS=--faults`; none of it is typed by hand. Each row is one `pulumi up` on the sandbox: a real
engine, kubelet (containerd 2) and registry, with a fault registry in front of the pull, and {rate} requests a second
to the running version meanwhile. Faults with a budget are ones that may pass: the update is refused when the budget
({budget} s here, `app.rehearsalSeconds`) is over.

`name` and `end` are seconds from the kubelet's first error, seen by reading the rehearsal's pods every 30 ms, to the
cause on the terminal and to the end of `pulumi up`. Measured on {machine}.
"""


def page(rows: Sequence[Measured], *, machine: str, rate: int) -> str:
    """The whole page."""
    budget = max(row.fault.seconds for row in rows)
    lines = [
        _HEAD.format(rate=rate, budget=budget, machine=machine),
        *_summary(rows),
        "",
        "| fault | as registry | expected | found | agree | name | end | whole `up` | Deployment | lost | pods left |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *map(_row, rows),
        "",
        "## Confusion matrix",
        "",
        "| expected | found |",
        "|---|---|",
        *_confusion(rows),
    ]
    return "\n".join(lines) + "\n"


def _summary(rows: Sequence[Measured]) -> list[str]:
    right = sum(row.found == row.fault.code for row in rows)
    permanent = [row for row in rows if row.first_class_is_permanent and row.to_end is not None]
    names = [row.to_name for row in permanent if row.to_name is not None]
    ends = [row.to_end for row in permanent if row.to_end is not None]
    lost, sent = sum(row.lost for row in rows), sum(row.sent for row in rows)
    return [
        "| what | reach | measured |",
        "|---|---|---|",
        f"| right cause | 100 % | {right} of {len(rows)} |",
        f"| kubelet's first error → cause named, permanent causes | ≤ 2 s | {_spread(names)} |",
        f"| kubelet's first error → update ended, permanent causes | ≤ 5 s | {_spread(ends)} |",
        f"| Deployment untouched | all | {sum(row.untouched for row in rows)} of {len(rows)} |",
        f"| requests lost | 0 | {lost} of {sent} |",
        f"| pods left | 0 | {sum(row.pods_left for row in rows)} |",
    ]


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none seen"
    return f"median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s"


def _row(row: Measured) -> str:
    cells = (
        row.fault.name,
        row.fault.host or "its own address",
        str(row.fault.code),
        row.found or "none",
        row.witnesses,
        _seconds(row.to_name),
        _seconds(row.to_end),
        _seconds(row.whole),
        "untouched" if row.untouched else "changed",
        f"{row.lost} of {row.sent}",
        str(row.pods_left),
    )
    return f"| {' | '.join(cells)} |"


def _seconds(value: float | None) -> str:
    return "none seen" if value is None else f"{value:.1f} s"


def _confusion(rows: Sequence[Measured]) -> list[str]:
    pairs: dict[str, Counter[str]] = {}
    for row in rows:
        pairs.setdefault(str(row.fault.code), Counter())[row.found or "none"] += 1
    return [
        f"| {expected} | {', '.join(f'{found} {count}' for found, count in counts.most_common())} |"
        for expected, counts in sorted(pairs.items())
    ]
