"""Mistakes, each planted into the world of `policies_world` and found by the one rule that is for it."""

from collections.abc import Mapping

from tests.unit.policies_planted_clouds import CLOUDS
from tests.unit.policies_planted_kubernetes import KUBERNETES
from tests.unit.policies_planted_rights import RIGHTS
from tests.unit.policies_world import Change

PLANTED: Mapping[str, tuple[str, Change]] = {
    name: (code, Change(paths)) for name, (code, paths) in {**KUBERNETES, **RIGHTS, **CLOUDS}.items()
}
