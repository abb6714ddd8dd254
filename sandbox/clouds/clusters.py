"""The simulated clusters: all of them are the sandbox's own, under the names that the clouds give."""

from typing import Any, cast

from sandbox.clouds.behaviour import CloudName
from sandbox.clouds.world import Content, Thing

TOKENS: dict[CloudName, str] = {
    "azure": "azure-native:containerservice:ManagedCluster",
    "aws": "aws:eks/cluster:Cluster",
    "google": "gcp:container/cluster:Cluster",
}


def newest(content: Content, cloud: CloudName) -> Thing | None:
    """The cluster of a cloud that was made last."""
    return max(content.of(TOKENS[cloud]), key=lambda each: each.made, default=None)


def named(content: Content, cloud: CloudName, name: str) -> Thing | None:
    """A cluster by its name; without a name the newest."""
    if not name:
        return newest(content, cloud)
    return next((each for each in content.of(TOKENS[cloud]) if _name(each) == name), None)


def at(value: object, *keys: str) -> Any:
    """What stands at a path of nested objects; None where it ends."""
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, object]", value).get(key)
    return value


def _name(cluster: Thing) -> str:
    return str(cluster.inputs.get("resourceName") or cluster.inputs.get("name") or cluster.id)
