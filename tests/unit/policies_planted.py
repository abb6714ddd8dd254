"""Mistakes, each planted into the world of `policies_world` and found by the one rule that is for it."""

from collections.abc import Mapping

from tests.unit.policies_planted_clouds import CLOUDS
from tests.unit.policies_planted_images import IMAGES
from tests.unit.policies_planted_kubernetes import KUBERNETES
from tests.unit.policies_planted_nodes import NODES
from tests.unit.policies_planted_rights import RIGHTS
from tests.unit.policies_planted_secrets import SECRETS
from tests.unit.policies_planted_trust import TRUST
from tests.unit.policies_world import Change

_EVERY = (KUBERNETES, IMAGES, NODES, SECRETS, RIGHTS, TRUST, CLOUDS)
PLANTED: Mapping[str, tuple[str, Change]] = {
    name: (code, Change(paths)) for each in _EVERY for name, (code, paths) in each.items()
}
