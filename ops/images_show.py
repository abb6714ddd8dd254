"""The pinned images as a person reads of them. Pure."""

from collections.abc import Mapping, Sequence

from components.services.images import PinnedImage
from ops.images import Seen, TagState
from ops.stack_finding import Finding
from ops.stack_show import BAD, GOOD, OPEN, PLAIN, Row, columns, finding_rows

_HEAD = ("image", "pinned", "its tag", "newest")
_STYLES = {TagState.AS_PINNED: PLAIN, TagState.MOVED: BAD, TagState.GONE: BAD, TagState.UNKNOWN: OPEN}


def rows(
    file: str, found: Sequence[Seen], findings: Sequence[Finding], written: Mapping[str, PinnedImage]
) -> list[Row]:
    """All of it: the images, what was written, then what is wrong."""
    lines = [_HEAD, *(_line(each) for each in found)]
    styles = ["bold", *(_STYLES[each.tag_state] for each in found)]
    table = [
        Row("" if style != "bold" else "images", text, style)
        for text, style in zip(columns(lines), styles, strict=True)
    ]
    raised = [_raised(each, written[each.pin.name]) for each in found if each.pin.name in written]
    after = [Row("next", f"git diff {file}")] if written else []
    return [Row("file", file), *table, *raised, *finding_rows(findings), *after]


def _line(seen: Seen) -> tuple[str, ...]:
    image = seen.pin.image
    state = seen.tag_state.value.replace("-", " ")
    return (image.repository, image.tag, state, seen.newest or "unknown")


def _raised(seen: Seen, image: PinnedImage) -> Row:
    return Row("raised", f"{image.repository} {seen.pin.image.tag} → {image.tag}  {image.digest}", GOOD)
