"""docs/pull-faults-measured.md: a row for each fault, and how often the cause was right. Pure."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence

from bench.diagnosed import Found
from bench.faults import Measured
from bench.plain import Plain, Told

_HEAD = """# Faults of pulls, as measured

Written by `make bench ARGS=--faults`; none of it is typed by hand. Measured on {machine}: a real engine, kubelet
(containerd 2) and registry, with a fault registry in front of the pull.
"""

_UPDATES = """## Faults of registries, each met by an update

One `pulumi up` each, with {rate} requests a second to the running version meanwhile. `name` and `end` are seconds from
the kubelet's first error, seen by reading the rehearsal's pods every 30 ms, to the cause on the terminal and to the end
of `pulumi up`. Faults that may pass have a budget: the update is refused when it ({budget} s here,
`app.rehearsalSeconds`) is over.

The last two columns are the same fault without this project: plain Pulumi with a Deployment of everybody's defaults,
and `kubectl rollout status` beside it, with the seconds after which each ended. `text after` says when the kubelet's
words, in which a reader may find the cause, were in what it prints; neither names a cause or a remedy, and the
Deployment has been changed by then. Six Deployments are updated at a time.
"""

_OTHERS = """## Faults of manifests, nodes and policies, in anybody's workload

Found by `ops diagnose`, asked again and again; `name` is seconds from the first warning in the namespace to the answer.
Without this project only Deployments are measured.
"""


def page(
    rows: Sequence[Measured], others: Sequence[Found], plain: Mapping[str, Plain], *, machine: str, rate: int
) -> str:
    """The whole page.

    Args:
        rows: updates that met a fault.
        others: faults that `ops diagnose` found.
        plain: the same faults without this project, by name.
        machine: what it was measured on.
        rate: requests a second.
    """
    budget = max(row.fault.seconds for row in rows)
    lines = [
        _HEAD.format(machine=machine),
        *_summary(rows, others),
        "",
        _UPDATES.format(rate=rate, budget=budget),
        "| fault | as registry | expected | found | agree | name | end | whole `up` | Deployment | lost | pods left "
        "| plain Pulumi | `kubectl rollout status` |",
        f"|{'---|' * 13}",
        *(_row(row, plain.get(row.fault.name)) for row in rows),
        "",
        _OTHERS,
        "| fault | expected | found | agree | name | plain Pulumi | `kubectl rollout status` |",
        f"|{'---|' * 7}",
        *(_other(each, plain.get(each.fault.name)) for each in others),
        "",
        "## Confusion matrix",
        "",
        "| expected | found |",
        "|---|---|",
        *_confusion(rows, others),
    ]
    return "\n".join(lines) + "\n"


def _summary(rows: Sequence[Measured], others: Sequence[Found]) -> list[str]:
    right = sum(row.found == row.fault.code for row in rows) + sum(each.right for each in others)
    permanent = [row for row in rows if row.first_class_is_permanent and row.to_end is not None]
    names = [row.to_name for row in permanent if row.to_name is not None]
    ends = [row.to_end for row in permanent if row.to_end is not None]
    diagnosed = [each.diagnosed.seconds for each in others if each.diagnosed.seconds is not None]
    lost, sent = sum(row.lost for row in rows), sum(row.sent for row in rows)
    return [
        "| what | reach | measured |",
        "|---|---|---|",
        f"| right cause | 100 % | {right} of {len(rows) + len(others)} |",
        f"| kubelet's first error → cause named by an update, permanent causes | ≤ 2 s | {_spread(names)} |",
        f"| first warning → cause named by `ops diagnose` | ≤ 2 s | {_spread(diagnosed)} |",
        f"| kubelet's first error → update ended, permanent causes | ≤ 5 s | {_spread(ends)} |",
        f"| Deployment untouched | all | {sum(row.untouched for row in rows)} of {len(rows)} |",
        f"| requests lost | 0 | {lost} of {sent} |",
        f"| pods left | 0 | {sum(row.pods_left for row in rows)} |",
    ]


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none seen"
    return f"median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s"


def _row(row: Measured, plain: Plain | None) -> str:
    return _cells(
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
        *_without(plain),
    )


def _other(each: Found, plain: Plain | None) -> str:
    diagnosed = each.diagnosed
    return _cells(
        each.fault.name,
        each.fault.code,
        each.found,
        ", ".join(diagnosed.witnesses),
        _seconds(diagnosed.seconds),
        *_without(plain),
    )


def _without(plain: Plain | None) -> tuple[str, str]:
    if plain is None:
        return "not measured", "not measured"
    changed = "changed" if plain.changed else "untouched"
    return f"{_told(plain.pulumi)}; {changed}, {plain.pods_left} pod left", _told(plain.kubectl)


def _told(told: Told) -> str:
    if told.succeeded:
        return f"{told.seconds:.0f} s, says it succeeded"
    shown = "no cause" if told.shown is None else f"text after {told.shown:.0f} s"
    return f"{told.seconds:.0f} s, {shown}"


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _seconds(value: float | None) -> str:
    return "none seen" if value is None else f"{value:.1f} s"


def _confusion(rows: Sequence[Measured], others: Sequence[Found]) -> list[str]:
    pairs: dict[str, Counter[str]] = {}
    for expected, found in (
        *((str(row.fault.code), row.found or "none") for row in rows),
        *((each.fault.code, each.fault.code if each.right else each.found) for each in others),
    ):
        pairs.setdefault(expected, Counter())[found] += 1
    return [
        f"| {expected} | {', '.join(f'{found} {count}' for found, count in counts.most_common())} |"
        for expected, counts in sorted(pairs.items())
    ]
