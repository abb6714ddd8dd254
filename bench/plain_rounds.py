"""Which faults plain Pulumi and `kubectl rollout status` meet together, and which alone."""

from collections.abc import Mapping

from bench.plain import Plain, measure_plain
from tests.faults.cluster_faults import CLUSTER_FAULTS
from tests.faults.faults import HANGING, REFUSED

_APART = ("node-qps", "disk-full", "lost-content")
"""Faults of the node, which would be every other pull's too."""
_ALONE = ("refusing-verifier",)
"""What would refuse all others, one after the other."""
_NO_ROLLOUT = "no rollout to watch"
NOT_PLAIN: Mapping[str, str] = {
    "of-a-bare-pod": _NO_ROLLOUT,
    "of-a-job": _NO_ROLLOUT,
    "of-a-statefulset": "not measured: no Deployment",
    "runtime-stopped": "not measured: in ten minutes without its runtime the node would lose all its pods",
}
"""Faults that are left out, and why."""


def measure_all_plain() -> dict[str, Plain]:
    """All that are not left out, by name; about 25 minutes."""
    by_name = {each.name: each for each in CLUSTER_FAULTS}
    together = [each for name, each in by_name.items() if name not in (*_APART, *_ALONE, *NOT_PLAIN)]
    # A kubelet pulls one image after the other, so the one that hangs would hold up all.
    measured = measure_plain([*REFUSED, *together], last=[HANGING, *(by_name[each] for each in _APART)])
    for name in _ALONE:
        measured |= measure_plain([by_name[name]])
    return measured
