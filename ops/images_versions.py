"""Which tags are releases, and which of them is the newest. Pure.

A release is three numbers (semver.org 2.0.0) with or without a `v` before them. What has words behind the numbers is
a release candidate or another variant of the image, such as `-rocm` or `-unprivileged`; what has fewer numbers moves.
"""

from collections.abc import Iterable

from semver import Version


def release(tag: str) -> Version | None:
    """The version that a tag names; None where it names no release."""
    try:
        version = Version.parse(tag.removeprefix("v"))
    except ValueError:
        return None
    return None if version.prerelease or version.build else version


def newest(tags: Iterable[str], pinned: str) -> str:
    """The newest release with the major number of the pinned one, written like it; the pinned one if none is newer.

    Args:
        tags: all of the repository.
        pinned: a tag that names a release.
    """
    now = release(pinned)
    assert now is not None
    alike = [(version, each) for each in tags if _written_like(each, pinned) and (version := release(each))]
    later = [(version, each) for version, each in alike if version.major == now.major and version > now]
    return max(later, default=(now, pinned))[1]


def _written_like(tag: str, other: str) -> bool:
    return tag.startswith("v") is other.startswith("v")
