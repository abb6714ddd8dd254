"""The way of the image and what changes on it: source, image, registry, right to pull, cluster, rollout. Pure.

Where a stack asks for a signature, that is one more hop, behind the registry.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ops.pr_comment.kinds import Part, part_of
from ops.pr_comment.model import Change, Does, Preview
from ops.pr_comment.property_path import all_at
from ops.state import APP_IMAGE_TYPE

SOURCE = "source"
_CONTENT = ("imageName", "build.contextDigest", "build.context", "build.dockerfile", "context.location", "tags")
"""Properties of an image that follow the content of what it is built from (of pulumi-docker and docker-build)."""
_SIGNED = "signature"
"""Input of an AppImage."""
_IMAGE_PATH = re.compile(
    r"spec\.template\.spec\.(init)?[cC]ontainers\[\d+\]\.image"
    # Which follows it.
    r'|(metadata|spec\.template\.metadata)\.labels\["app\.kubernetes\.io/version"\]'
)
_BEFORE, _BEHIND = (Part.IMAGE, Part.REGISTRY), (Part.GRANT, Part.CLUSTER, Part.ROLLOUT)


@dataclass(frozen=True)
class Hop:
    """One hop."""

    name: str
    does: Does
    """The loudest that happens on it."""
    vague: bool = False
    """Whether only the update tells if anything does."""


def hops(preview: Preview) -> tuple[Hop, ...]:
    """The way of a stack's image; empty where nothing on it changes."""
    by_part: dict[Part, list[Change]] = {}
    for each in preview.changed:
        by_part.setdefault(part_of(each), []).append(each)
    built = by_part.get(Part.IMAGE, [])
    if not built:  # a digest that was built elsewhere
        by_part[Part.IMAGE] = [each for each in by_part.get(Part.ROLLOUT, []) if _takes_image(each)]
    before, behind = ([_hop(each, by_part.get(each, [])) for each in parts] for parts in (_BEFORE, _BEHIND))
    way = (_source(built), *before, *_signature(preview), *behind)
    return way if any(each.does is not Does.STAY for each in way) else ()


def is_new_image(change: Change) -> bool:
    """Whether a workload changes in nothing but its image."""
    if change.does is not Does.UPDATE or part_of(change) is not Part.ROLLOUT:
        return False
    paths = [each.path for each in change.differences]
    return bool(paths) and all(_IMAGE_PATH.fullmatch(each) for each in paths)


def _takes_image(workload: Change) -> bool:
    return any(_IMAGE_PATH.fullmatch(each.path) for each in workload.differences)


def _hop(part: Part, changes: Sequence[Change]) -> Hop:
    found = {each.does for each in changes}
    does = next(each for each in (*Does, Does.STAY) if each in found or each is Does.STAY)
    vague = bool(changes) and all(each.vague for each in changes)
    # One comes for one that goes, under another name.
    return Hop(part.value, Does.REPLACE if does is Does.DELETE and Does.CREATE in found else does, vague)


def _signature(preview: Preview) -> list[Hop]:
    """Only where a stack asks for one, or did."""
    images = (each for each in preview.changes if each.type == APP_IMAGE_TYPE)
    does = {_key_does(each) for each in images if _SIGNED in each.old or _SIGNED in each.new}
    return [Hop(Part.SIGNATURE.value, next(each for each in Does if each in does))] if does else []


def _key_does(image: Change) -> Does:
    old, new = image.old.get(_SIGNED), image.new.get(_SIGNED)
    if image.does is Does.STAY or old == new:
        return Does.STAY
    if old and new:
        return Does.UPDATE
    return Does.CREATE if new else Does.DELETE


def _source(images: Sequence[Change]) -> Hop:
    found = [each for each in images if each.does in (Does.CREATE, Does.UPDATE, Does.REPLACE) and _new_content(each)]
    does = Does.STAY if not found else Does.CREATE if all(each.does is Does.CREATE for each in found) else Does.UPDATE
    return Hop(SOURCE, does)


def _new_content(image: Change) -> bool:
    return any(all_at(image.old, each) != all_at(image.new, each) for each in _CONTENT)
