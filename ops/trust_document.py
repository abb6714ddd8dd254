"""Who a job is and what makes a cloud trust it, as a script is told: docs/trust.schema.json. Pure."""

from collections.abc import Mapping
from typing import Any

from ops.trust import Identity, Truster, branches
from ops.trust_steps import steps

SCHEMA = 1
"""Version of the JSON answer."""


def document(truster: Truster, identity: Identity, variables: Mapping[str, str]) -> dict[str, Any]:
    """The whole answer; no string of it holds a credential. The arguments are those of `trust_steps.steps`."""
    whole = branches(identity, variables)
    return {
        "schema": SCHEMA,
        "truster": truster.value,
        "issuer": identity.issuer,
        "subject": identity.subject,
        "audience": identity.audience,
        "pattern": None if whole is None else whole.pattern,
        "steps": [{"note": each.note, "command": each.command} for each in steps(truster, identity, variables)],
    }
