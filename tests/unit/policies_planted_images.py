"""Images that are not what they seem: name → the code that finds it, and the change that plants it."""

from collections.abc import Mapping
from typing import Any

from tests.unit.policies_world import DIGEST, Made, object_of

HUB = f"docker.io/library/redis{DIGEST}"


def pod_of(image: str, **container: Any) -> Made:
    """A pod with an image."""
    return object_of("core/v1:Pod", "x", spec={"containers": [{"name": "x", "image": image, **container}]})


IMAGES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "latest": ("image-digest", {"pod": pod_of("quay.io/x/x:latest")}),
    "a tag that is always pulled": ("image-digest", {"pod": pod_of("quay.io/x/x:1", imagePullPolicy="Always")}),
    "a version of another registry": ("image-tag", {"pod": pod_of("quay.io/x/x:1")}),
    "a branch of another registry": ("image-tag", {"pod": pod_of("ghcr.io/o/x:main", imagePullPolicy="IfNotPresent")}),
    "a tag of another registry, with a login": (
        "image-tag",
        {
            "pod": object_of(
                "core/v1:Pod",
                "x",
                spec={"containers": [{"image": "other.azurecr.io/x:1"}], "imagePullSecrets": [{"name": "pull"}]},
            ),
            "pull": object_of("core/v1:Secret", "pull", type="kubernetes.io/dockerconfigjson"),
        },
    ),
    "an image of Docker Hub": ("pull-limit", {"pod": pod_of(HUB)}),
    "an image of Docker Hub by another of its hosts": (
        "pull-limit",
        {"pod": pod_of(f"registry-1.docker.io/library/redis{DIGEST}")},
    ),
    "an image of Docker Hub, and an account without a login": (
        "pull-limit",
        {"pod": pod_of(HUB), "account": object_of("core/v1:ServiceAccount", "default")},
    ),
}
