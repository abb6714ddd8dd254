"""Images that are in no registry: somebody loads them into the nodes, and their name says so. Pure.

The host of their names can never be one (`.invalid` never resolves: RFC 6761, section 6.4). So a node that lacks such
an image gets it from nobody else; without a host in the name it would ask Docker Hub, where anybody may own the path.
It has a dot, as minikube takes `localhost/web` for a path on Docker Hub (google/go-containerregistry#2048,
kubernetes/minikube#19155).
"""

HOST = "loaded.invalid"


def is_loaded(image: str) -> bool:
    """Whether a reference is of an image that is loaded into the nodes."""
    return image.startswith(f"{HOST}/")
