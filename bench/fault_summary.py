"""The figures that docs/pull-faults-measured.md begins with: what was reached, beside what should be. Pure."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.diagnosed import Found
from bench.faults import Measured
from bench.one_node import OnOneNode
from bench.plain import Plain
from bench.results import Result

COST = "what a rehearsal adds to a healthy update"
PASSING = "updates that meet a fault which passes"
HEALTHY = "healthy updates with a rehearsal"
PREVIEW = "`pulumi preview` refuses two mistakes that only the cluster shows"
_PORTION = re.compile(r"^\| (?P<portion>\w+)[^|]* \| (?P<right>\d+ of \d+[^|]*?) \| (?P<wrong>\d+) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Faults:
    """All that was measured of faults."""

    rows: Sequence[Measured]
    """Updates that met a fault."""
    others: Sequence[Found]
    """Faults that `ops diagnose` found."""
    plain: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    """The same faults without this project, by name."""
    nodes: Sequence[OnOneNode] = ()
    """Faults of one node among three."""


def held_out(readme: str) -> str:
    """How often the classifier was right on the newest texts of others that nobody had read, by tests/corpus/README.md.

    Raises:
        ValueError: the file has no table of portions.
    """
    portions = [*_PORTION.finditer(readme)]
    if not portions:
        message = "tests/corpus/README.md has no table of portions"
        raise ValueError(message)
    last = portions[-1]
    return f"{last['right']}; {last['wrong']} named a wrong cause ({last['portion']} portion of tests/corpus)"


def summary(faults: Faults, figures: Mapping[str, Result], corpus: str) -> list[str]:
    """Lines of a table.

    Args:
        faults: what was measured of them.
        figures: of docs/benchmarks.json, by name.
        corpus: text of tests/corpus/README.md.
    """
    rows, others = faults.rows, faults.others
    verdicts = [each.right for each in (*rows, *others, *faults.nodes)]
    refused = [row for row in rows if row.refused]
    lost, sent = sum(row.lost for row in rows), sum(row.sent for row in rows)
    table = (
        ("right cause, injected faults", "100 %", f"{sum(verdicts)} of {len(verdicts)}"),
        ("right cause, texts of others, not read before", "≥ 97 %, none confidently wrong", held_out(corpus)),
        (
            "first error → cause named by an update",
            "≤ 2 s",
            _spread([row.to_name for row in refused]),
        ),
        (
            "first warning → cause named by `ops diagnose`",
            "≤ 2 s",
            _spread([each.diagnosed.seconds for each in others]),
        ),
        (
            "first error → update ended, permanent cause",
            "≤ 5 s",
            _spread([row.to_end for row in rows if row.is_permanent]),
        ),
        ("faults that pass and fail a deploy", "0 of 100", _remark(figures, PASSING)),
        ("healthy deploys that the rehearsal refuses", "0 of 200", _remark(figures, HEALTHY)),
        ("requests lost while a bad version is refused", "0", f"{lost} of {sent}"),
        (
            "what the rehearsal costs a healthy update",
            "≤ 1.5 s and the pull, which the rollout then saves",
            _timed(figures, COST),
        ),
        ("preview refusal", "≤ 3 s", _timed(figures, PREVIEW)),
        (
            "Deployment untouched by an update that is refused",
            "all",
            f"{sum(row.untouched for row in refused)} of {len(refused)}",
        ),
        ("pods of a rehearsal left", "0", str(sum(row.pods_left for row in rows))),
    )
    return ["| what | reach | measured |", "|---|---|---|", *(f"| {' | '.join(each)} |" for each in table)]


def _spread(given: Sequence[float | None]) -> str:
    seconds = [each for each in given if each is not None]
    if not seconds:
        return "none seen"
    of = f" ({len(seconds)} of {len(given)})"
    return f"median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s{of}"


def _remark(figures: Mapping[str, Result], name: str) -> str:
    return figures[name].remark if name in figures else _missing()


def _timed(figures: Mapping[str, Result], name: str) -> str:
    if name not in figures:
        return _missing()
    remark = figures[name].remark
    return _spread([*figures[name].seconds]) + (f"; {remark}" if remark else "")


def _missing() -> str:
    return "not measured yet"
