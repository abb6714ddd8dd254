"""docs/pull-faults-measured.md: a row for each fault, and how often the cause was right. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.diagnosed import Found
from bench.fault_summary import Faults, summary
from bench.faults import Measured
from bench.one_node import OnOneNode
from bench.plain import Plain, Told
from bench.plain_rounds import NOT_PLAIN
from bench.results import Result
from tests.faults.faults import Fault
from tests.faults.update_faults import NO_UPDATE

_HEAD = """# Faults of pulls, as measured

Written by `make bench ARGS=--faults`, which takes what other runs have measured from docs/benchmarks.json and
tests/corpus/README.md. Measured on {machine}: a real engine, kubelet (containerd 2) and registry, with a fault
registry in front of the pull.
"""

_UPDATES = """## Faults, each met by an update

One `pulumi up` each, with {rate} requests a second to the running version meanwhile. `name` and `end` are seconds from
the first error to the first line of `pulumi up` with the cause, and to its end. The first error is what a pod of the
rehearsal or of the new version shows, or the first warning about one; pods are read every 30 ms, warnings every 0.3 s.
Faults that may pass have a budget: they are named when they are tried again, and the update is refused when the budget
({budget} s here, `app.rehearsalSeconds`) is over. A right that was just given has a time of its own to become known.
What only shows when the app runs changes the Deployment; it is named while Pulumi waits, and the old version serves on.

The last two columns are the same fault without this project: plain Pulumi with a Deployment of everybody's defaults,
and `kubectl rollout status` beside it, with the seconds after which each ended. `text after` says when the kubelet's
words, in which a reader may find the cause, were in what it prints; neither names a cause or a remedy, and the
Deployment has been changed by then. Six Deployments are updated at a time.
"""

_OTHERS = """## Faults of manifests, nodes and policies, in anybody's workload

Found by `ops diagnose`, asked again and again; `name` is seconds from the first warning in the namespace to the answer.
"""

_NODES = """## One of three nodes broken

An update without a rehearsal, one pod for each node, with `ops diagnose` beside it; and a rehearsal, for which the
broken node is a pool of its own.
"""


def page(measured: Faults, figures: Mapping[str, Result], *, corpus: str, machine: str, rate: int) -> str:
    """The whole page.

    Args:
        measured: of all faults.
        figures: what other runs measured, by name.
        corpus: text of tests/corpus/README.md.
        machine: what it was measured on.
        rate: requests a second.
    """
    rows, others, plain = measured.rows, measured.others, measured.plain
    budget = max(row.fault.seconds for row in rows if isinstance(row.fault, Fault))
    unmet = [each for each in others if each.fault.name in NO_UPDATE]
    lines = [
        _HEAD.format(machine=machine),
        *summary(measured, figures, corpus),
        "",
        _UPDATES.format(rate=rate, budget=budget),
        "| fault | as registry | expected | found | agree | name | end | whole `up` | Deployment | lost | pods left "
        "| plain Pulumi | `kubectl rollout status` |",
        f"|{'---|' * 13}",
        *(_row(row, plain) for row in rows),
        *(_unmet(each, plain) for each in unmet),
        "",
        _OTHERS,
        "| fault | expected | found | agree | name |",
        f"|{'---|' * 5}",
        *map(_other, others),
        "",
        *_nodes(measured.nodes),
        "## Confusion matrix",
        "",
        "| expected | found |",
        "|---|---|",
        *_confusion(measured),
    ]
    return "\n".join(lines) + "\n"


def _row(row: Measured, plain: Mapping[str, Plain]) -> str:
    own = "its own address" if isinstance(row.fault, Fault) else ""
    changed = "changed" if row.refused else "changed; the old version serves"
    return _cells(
        row.fault.name,
        row.host or own,
        str(row.fault.code),
        row.found,
        row.witnesses,
        _seconds(row.to_name),
        _seconds(row.to_end),
        _seconds(row.whole),
        "untouched" if row.untouched else changed,
        f"{row.lost} of {row.sent}",
        str(row.pods_left),
        *_without(row.fault.name, plain),
    )


def _unmet(each: Found, plain: Mapping[str, Plain]) -> str:
    name = each.fault.name
    why = f"no update: {NO_UPDATE[name]}"
    return _cells(name, "", each.fault.code, why, *[""] * 7, *_without(name, plain))


def _other(each: Found) -> str:
    diagnosed = each.diagnosed
    return _cells(
        each.fault.name,
        each.fault.code,
        each.found,
        ", ".join(diagnosed.witnesses),
        _seconds(diagnosed.seconds),
    )


def _nodes(nodes: Sequence[OnOneNode]) -> list[str]:
    return [
        _NODES,
        "| fault | node | expected | named by the update and `ops diagnose` | the one node | named by the rehearsal "
        "| its kind of nodes | Deployment |",
        f"|{'---|' * 8}",
        *(map(_node, nodes) if nodes else [_cells("not measured", *[""] * 7)]),
        "",
    ]


def _node(each: OnOneNode) -> str:
    return _cells(
        each.fault.name,
        f"{each.fault.node}, {each.fault.runtime}",
        each.fault.code,
        ", ".join(sorted(each.by_rollout)) or "none",
        "named" if each.node_named else "not named",
        ", ".join(sorted(each.by_rehearsal)) or "none",
        "named" if each.kind_named else "not named",
        "untouched" if each.untouched else "changed",
    )


def _without(name: str, plain: Mapping[str, Plain]) -> tuple[str, str]:
    if name in NOT_PLAIN:
        return NOT_PLAIN[name], NOT_PLAIN[name]
    if name not in plain:
        return "not measured", "not measured"
    told = plain[name]
    changed = "changed" if told.changed else "untouched"
    pods = "pod" if told.pods_left == 1 else "pods"
    return f"{_told(told.pulumi)}; {changed}, {told.pods_left} {pods} left", _told(told.kubectl)


def _told(told: Told) -> str:
    if told.succeeded:
        return f"{told.seconds:.0f} s, says it succeeded"
    shown = "no cause" if told.shown is None else f"text after {told.shown:.0f} s"
    return f"{told.seconds:.0f} s, {shown}"


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _seconds(value: float | None) -> str:
    return "none seen" if value is None else f"{value:.1f} s"


def _confusion(measured: Faults) -> list[str]:
    pairs: dict[str, Counter[str]] = {}
    for each in (*measured.rows, *measured.others, *measured.nodes):
        expected = str(each.fault.code)
        pairs.setdefault(expected, Counter())[expected if each.right else each.found] += 1
    return [
        f"| {expected} | {', '.join(f'{found} {count}' for found, count in counts.most_common())} |"
        for expected, counts in sorted(pairs.items())
    ]
