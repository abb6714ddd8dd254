"""An object of any kind in a cluster, by what a manifest says of it."""

from pulls.cluster import ApiCluster, ClusterError, Object
from pulls.kubelet.objects import items, text

_NOT_FOUND = 404


def find_object(cluster: ApiCluster, manifest: Object, otherwise: str = "default") -> Object | None:
    """The live object of a manifest; None where there is none, or no such kind.

    Args:
        cluster: where.
        manifest: with apiVersion, kind, and metadata's name and namespace.
        otherwise: namespace of one that names none, if its kind has namespaces.

    Raises:
        ClusterError: the cluster does not answer, or refuses to.
    """
    version, kind = text(manifest, "apiVersion"), text(manifest, "kind")
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    try:
        known = items(cluster.read(root), "resources")
        plural = next((each for each in known if text(each, "kind") == kind and "/" not in text(each, "name")), None)
        if plural is None:
            return None
        place = text(manifest, "metadata", "namespace") or otherwise
        inside = f"/namespaces/{place}" if plural.get("namespaced") else ""
        return cluster.read(f"{root}{inside}/{text(plural, 'name')}/{text(manifest, 'metadata', 'name')}")
    except ClusterError as error:
        if error.status == _NOT_FOUND:
            return None
        raise
