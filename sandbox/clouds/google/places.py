"""Names and places by Google's rules (REST references of GKE, Artifact Registry and IAM)."""

import re
from collections.abc import Mapping
from typing import cast

from sandbox.clouds.kinds import CloudError, Json, Order
from sandbox.engine.property_values import UNKNOWN

Failures = list[tuple[str, str]]

_REGIONS = {
    "africa-south": (1,),
    "asia-east": (1, 2),
    "asia-northeast": (1, 2, 3),
    "asia-south": (1, 2),
    "asia-southeast": (1, 2),
    "australia-southeast": (1, 2),
    "europe-central": (2,),
    "europe-north": (1, 2),
    "europe-southwest": (1,),
    "europe-west": (1, 2, 3, 4, 6, 8, 9, 10, 12),
    "me-central": (1, 2),
    "me-west": (1,),
    "northamerica-northeast": (1, 2),
    "northamerica-south": (1,),
    "southamerica-east": (1,),
    "southamerica-west": (1,),
    "us-central": (1,),
    "us-east": (1, 4, 5),
    "us-south": (1,),
    "us-west": (1, 2, 3, 4),
}
REGIONS = frozenset(f"{area}{number}" for area, numbers in _REGIONS.items() for number in numbers)
"""docs.cloud.google.com compute/docs/regions-zones."""
MULTI_REGIONS = frozenset({"us", "europe", "asia"})
DOMAIN_NAMED = {"gcr.io": "us", "us.gcr.io": "us", "eu.gcr.io": "europe", "asia.gcr.io": "asia"}
"""Repositories that answer under a name of Container Registry → where each must be
(artifact-registry/docs/transition/setup-gcr-repo)."""

_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
_LABELS = 64


def text(inputs: Json, key: str) -> str:
    """A known text; empty where there is none or it is still to come."""
    value = inputs.get(key)
    return value if isinstance(value, str) and value != UNKNOWN else ""


def mapping(inputs: Json, key: str) -> Json:
    """A known object; empty where there is none or it is still to come."""
    value = inputs.get(key)
    return cast("Json", value) if isinstance(value, Mapping) else {}


def wrong_name(inputs: Json, key: str, pattern: str) -> Failures:
    """Whether a known name breaks its rule."""
    given = text(inputs, key)
    if not given or re.fullmatch(pattern, given):
        return []
    return [(key, f'"{given}" doesn\'t match regexp "^{pattern}$"')]


def wrong_labels(inputs: Json, key: str) -> Failures:
    """Whether labels break their rules."""
    labels = mapping(inputs, key)
    if len(labels) > _LABELS:
        return [(key, f"has {len(labels)} labels, and may have {_LABELS}")]
    return [
        (key, f"label {name}={value}: only lower-case letters, digits, underscores and dashes, and 63 of them")
        for name, value in labels.items()
        if not _LABEL_KEY.fullmatch(name) or (value != UNKNOWN and not _LABEL_VALUE.fullmatch(str(value)))
    ]


def is_region(place: str) -> bool:
    """Whether there is such a region."""
    return place in REGIONS


def is_zone(place: str) -> bool:
    """Whether there is such a zone."""
    return re.sub(r"-[a-f]$", "", place) in REGIONS and place not in REGIONS


def project_of(order: Order) -> str:
    """The project of a request: its own, or the provider's.

    Raises:
        CloudError: neither says one.
    """
    found = order.inputs.get("project") or order.config.get("project")
    if not found:
        message = "project: required field is not set"
        raise CloudError(message)
    return str(found)


def with_project(name: str, inputs: Json, config: Json) -> Json:
    """Inputs with the provider's project where they have none."""
    _ = name
    return inputs if "project" in inputs or "project" not in config else {**inputs, "project": config["project"]}


def domain_form(project: str) -> str:
    """A project as it stands in addresses: `example.com:web` → `web.example.com`."""
    domain, colon, own = project.partition(":")
    return f"{own}.{domain}" if colon else project
