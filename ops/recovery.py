"""What to do about operations that a killed update has left behind. Pure: state and live objects in, decisions out.

The engine forgets all of them at the next update but those that were creating, which it keeps and only warns of; its
own `refresh --import-pending-creates` drops them as well (pulumi v3.274, backend/snapshot.go and
resource/deploy/deployment_executor.go). So what was made is put into the state here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ops.state import Pending, Resource, revealed
from pulls.kubelet.objects import Json, items, moment, name, namespace, part, text

_MANAGER, _API_VERSION = "__fieldManager", "__initialApiVersion"
_OURS = "pulumi-kubernetes"
"""How the names begin as which the Kubernetes provider applies objects, a random one for each; it is known to the
state only when the object is made (pulumi-kubernetes v4, provider.go, fieldManagerName)."""
_CREATING = "creating"
_CHANGED = ("updating", "deleting")
_KUBERNETES = "kubernetes:"
_MADE_AGAIN = {
    "docker:index/image:Image": "building and pushing it again gives the same image",
    "pulumi:index:Stash": "it is nowhere but in the state",
    "pulumi:providers:": "a provider is nowhere but in the state",
}
"""How a type begins → why its creation may simply be tried again."""
_AT_ONCE = timedelta(seconds=2)
"""Times have whole seconds."""


class Action(StrEnum):
    """What is done about one operation."""

    ADOPT = "adopt"
    """The object is there and is ours: the state gets it."""
    FORGET = "forget"
    """Nothing is there: the next update makes it."""
    REFRESH = "refresh"
    """It is in the state; what has become of it is read."""
    ASK = "ask"
    """Only a person can say."""


@dataclass(frozen=True)
class Decision:
    """About one operation."""

    urn: str
    operation: str
    """`creating`, `updating`, …"""
    action: Action
    why: str
    id: str = ""
    """Of what is adopted."""
    manager: str = ""
    """As whom the Kubernetes provider made it."""


@dataclass(frozen=True)
class Seen:
    """An object in a cluster, and since when it may be ours."""

    live: Json | None
    """None where there is none."""
    since: datetime | None = None
    """When the killed update began, if that is known."""


@dataclass(frozen=True)
class Said:
    """What a person has looked up."""

    absent: frozenset[str] = frozenset()
    """URNs of what is not there."""
    present: Mapping[str, str] | None = None
    """URN → id of what is there."""


def is_looked_up(pending: Pending) -> bool:
    """Whether a cluster can tell what has become of it."""
    return pending.kind == _CREATING and pending.resource.type.startswith(_KUBERNETES)


def decide(pending: Pending, seen: Seen, said: Said) -> Decision:
    """What is to be done.

    Args:
        pending: the operation.
        seen: in the cluster, for what `is_looked_up`.
        said: by the person who asks.
    """
    urn, kind = pending.resource.urn, pending.resource.type
    if is_looked_up(pending) and urn not in said.absent and urn not in (said.present or {}):
        return _of_cluster(pending, seen)
    action, why, identifier = Action.FORGET, "it changes nothing", ""
    if pending.kind in _CHANGED:
        action, why = Action.REFRESH, f"it was {pending.kind}: what has become of it is read"
    elif pending.kind == _CREATING and urn in (said.present or {}):
        action, why, identifier = Action.ADOPT, "you say that it is there", (said.present or {})[urn]
    elif pending.kind == _CREATING and urn in said.absent:
        why = "you say that it is not there"
    elif pending.kind == _CREATING:
        again = _again(pending.resource)
        action, why = (
            (Action.FORGET, again) if again else (Action.ASK, f"whether there is such a {kind} is not seen here")
        )
    return Decision(urn, pending.kind, action, why, identifier)


def _again(resource: Resource) -> str:
    """Why a creation may simply be tried again; empty where it may not."""
    if not resource.custom:
        return "a component is nowhere but in the state"
    return next((why for start, why in _MADE_AGAIN.items() if resource.type.startswith(start)), "")


def _of_cluster(pending: Pending, seen: Seen) -> Decision:
    urn, live = pending.resource.urn, seen.live
    if live is None:
        return Decision(urn, pending.kind, Action.FORGET, "the cluster has no such object")
    applied = [each for each in items(live, "metadata", "managedFields") if text(each, "manager").startswith(_OURS)]
    reason = _not_ours(pending, live, applied, seen.since)
    if reason:
        return Decision(urn, pending.kind, Action.ASK, reason)
    place = namespace(live)
    identifier = f"{place}/{name(live)}" if place else name(live)
    return Decision(urn, pending.kind, Action.ADOPT, "this update made it", identifier, text(applied[0], "manager"))


def _not_ours(pending: Pending, live: Json, applied: Sequence[Json], since: datetime | None) -> str:
    """Why an object is not what the killed update made; empty where it is."""
    made = moment(live, "metadata", "creationTimestamp")
    there = "the cluster has an object of this name"
    if not applied:
        managers = sorted({text(each, "manager") for each in items(live, "metadata", "managedFields")} - {""})
        return f"{there} that somebody else made" + (f" ({', '.join(managers)})" if managers else "")
    if since and made and since - made > _AT_ONCE:
        return f"{there} that is older than this update"
    changed = moment(applied[0], "time")
    if len(applied) > 1 or (made and changed and changed - made > _AT_ONCE):
        return f"{there} that was there before this update, which has changed it"
    wanted = part(revealed(pending.resource.inputs), "metadata", "labels")
    if not wanted.items() <= part(live, "metadata", "labels").items():
        return f"{there} with other labels, so another stack made it"
    return ""


def recovered(document: Json, decisions: Sequence[Decision], now: str) -> Json:
    """The export of a stack with the decisions carried out; secrets stay as they are encrypted.

    Args:
        document: as `pulumi stack export` writes it, without `--show-secrets`.
        decisions: about its pending operations, none of them `ask`.
        now: for the times of what is adopted, RFC 3339.
    """
    deployment: Json = dict(document["deployment"])
    adopted = {each.urn: each for each in decisions if each.action is Action.ADOPT}
    resources: list[Json] = [dict(each) for each in deployment.get("resources") or ()]
    for operation in deployment.get("pending_operations") or ():
        raw: Json = operation["resource"]
        if operation["type"] == _CREATING and raw["urn"] in adopted:
            for each in resources:  # the one that it replaces goes with the next update, as the engine does it
                if each["urn"] == raw["urn"]:
                    each["delete"] = True
            # At the end: all that it depends on was there before it was made.
            decision = adopted[raw["urn"]]
            times = {"created": now, "modified": now}
            resources.append({**raw, "id": decision.id, "outputs": _outputs(raw, decision.manager), **times})
    return {**document, "deployment": {**deployment, "resources": resources, "pending_operations": []}}


def _outputs(raw: Json, manager: str) -> Json:
    """As the Kubernetes provider writes them (provider.go, checkpointObject), until a refresh reads the rest."""
    inputs: Json = raw.get("inputs") or {}
    if not manager:
        return inputs
    return {**inputs, "__inputs": inputs, _API_VERSION: inputs.get("apiVersion", ""), _MANAGER: manager}
