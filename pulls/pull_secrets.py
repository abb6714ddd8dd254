"""Whether pull secrets are where a pod looks for them."""

from collections.abc import Iterable

from pulls.cluster import Cluster, ClusterError

_NOT_FOUND = 404


def are_there(cluster: Cluster, namespace: str, names: Iterable[str]) -> bool:
    """Whether there are names, and each is there, or may be: not everybody may look at all."""
    asked = list(names)
    for name in asked:
        try:
            cluster.get("secrets", namespace, name)
        except ClusterError as error:
            if error.status == _NOT_FOUND:
                return False
    return bool(asked)
