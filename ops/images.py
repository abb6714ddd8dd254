"""The pinned images beside what their registries say of them, and what each should be raised to. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from components.services.images import PinnedImage
from ops.images_pins import Pin
from pulls.registry.answer import Answer, Outcome
from pulls.registry.manifest import runs_on

PLATFORMS = ("linux/amd64", "linux/arm64")
"""What each image must run on: the nodes that the stack files may ask for."""


class TagState(StrEnum):
    """What the tag of a pinned image names today."""

    AS_PINNED = "as-pinned"
    MOVED = "moved"
    """Other content."""
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A pinned image, and what its registry says of it."""

    pin: Pin
    tag: Answer
    """For the pinned tag."""
    digest: Answer | None = None
    """For the pinned digest; None where the tag has it, or where nothing more was asked."""
    newest: str | None = None
    """The newest release with the same major number, the pinned tag if none is newer; None where nobody knows."""
    newest_answer: Answer | None = None
    """For the newest tag, where that is another one than the pinned."""
    unlisted: Answer | None = None
    """Why the newest is not known, where the tags were asked for."""

    @property
    def tag_state(self) -> TagState:
        """Whether the tag still names what is pinned."""
        if self.tag.outcome is Outcome.PRESENT:
            return TagState.AS_PINNED if self.tag.digest == self.pin.image.digest else TagState.MOVED
        gone = self.tag.outcome in (Outcome.NOT_FOUND, Outcome.REPOSITORY_MISSING)
        return TagState.GONE if gone else TagState.UNKNOWN

    @property
    def newer(self) -> str | None:
        """A newer release than the pinned one."""
        return None if self.newest in (None, self.pin.image.tag) else self.newest


def lacking(answer: Answer) -> list[str]:
    """Which of the platforms the content does not say that it has; an image for one platform lacks the other."""
    return [each for each in PLATFORMS if not any(runs_on(one, each) for one in answer.platforms)]


def raised(seen: Seen) -> PinnedImage | None:
    """The newest release and its digest; None where that is what is pinned, or cannot be taken."""
    answer = seen.newest_answer if seen.newer else seen.tag
    if seen.newest is None or answer is None or answer.outcome is not Outcome.PRESENT or lacking(answer):
        return None
    image = PinnedImage(seen.pin.image.repository, seen.newest, answer.digest or "")
    return None if image == seen.pin.image else image
