"""Removing the pods of a rehearsal."""

from pulls.cluster import Cluster, ClusterError
from pulls.rehearsal.pod import LABEL


def remove_pods(cluster: Cluster, namespace: str, mark: str = "") -> None:
    """Remove the pods of one rehearsal; without a mark, of every one that ever ran there.

    Raises:
        ClusterError: the cluster refuses or does not answer.
    """
    labels = f"{LABEL}={mark}" if mark else LABEL
    kept: list[ClusterError] = []
    for pod in cluster.list("pods", namespace, labels=labels):
        try:
            cluster.delete("pods", namespace, pod["metadata"]["name"])
        except ClusterError as error:  # one that stays must not keep the others
            kept.append(error)
    if kept:
        raise kept[0]
