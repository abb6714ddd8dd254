"""The pinned images as they stand in the text of components/services/images.py. Pure.

Read from the text and not from the module, so that what is written back is where it was found.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate
from typing import cast

from components.references import is_digest
from components.services.images import PinnedImage
from ops.images_versions import release
from pulls.registry.reference import InvalidReference, parse_reference

_CLASS = PinnedImage.__name__
_WIDTH = 120
"""Characters of a line, as in pyproject.toml."""
_EXPECTED = f'NAME = {_CLASS}("host/path", "1.2.3", "sha256:…")'


class PinsError(Exception):
    """The file is not as it should be; one line that says what and where, and how it should be."""


@dataclass(frozen=True)
class Pin:
    """One image of the file."""

    name: str
    """Of the constant."""
    image: PinnedImage


@dataclass(frozen=True)
class _Place:
    """Where the call stands that makes an image; in bytes of the file as UTF-8."""

    begin: int
    end: int


def read_pins(text: str) -> list[Pin]:
    """The images, in the order of the file.

    Raises:
        PinsError: there is none, or one cannot be read.
    """
    return [pin for pin, _ in _found(text)]


def with_images(text: str, images: Mapping[str, PinnedImage]) -> str:
    """The text with other images; all else in it stays, and each call keeps its form where that fits.

    Args:
        text: of the file.
        images: by the name of the constant; those that are not among them stay.

    Raises:
        PinsError: a call has something in it that would be lost, or is in no form that the formatter leaves.
    """
    content = text.encode()
    for pin, place in reversed(_found(text)):
        if pin.name in images:
            old = content[place.begin : place.end].decode()
            new = _rewritten(pin, old, images[pin.name])
            content = content[: place.begin] + new.encode() + content[place.end :]
    return content.decode()


def _found(text: str) -> list[tuple[Pin, _Place]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:  # ValueError: it has null bytes
        reason = f"it is not Python: {error}"
        raise PinsError(reason) from error
    starts = [0, *accumulate(map(len, text.encode().splitlines(keepends=True)))]
    constants = {node.value: node for node in tree.body if isinstance(node, ast.Assign)}
    calls = sorted(_calls(tree), key=lambda call: call.lineno)
    found = [(_pin(constants.get(call), call), _place(call, starts)) for call in calls]
    if not found:
        reason = f"it has no line such as {_EXPECTED}"
        raise PinsError(reason)
    return found


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    """All that make an image, also those in places where none is expected."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _CLASS:
            yield node


def _pin(node: ast.Assign | None, call: ast.Call) -> Pin:
    names = [each.id for each in (node.targets if node else ()) if isinstance(each, ast.Name)]
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if len(names) != 1 or call.keywords or not len(texts) == len(call.args) == len(fields(PinnedImage)):
        raise _unexpected(call, "it is not as expected")
    image = PinnedImage(*texts)
    try:
        parse_reference(image.repository)
    except InvalidReference as error:
        raise _unexpected(call, str(error)) from error
    if release(image.tag) is None:
        raise _unexpected(call, f"the tag {image.tag!r} is no release such as 1.2.3")
    if not is_digest(image.digest):
        raise _unexpected(call, f"{image.digest!r} is no digest")
    return Pin(names[0], image)


def _place(call: ast.Call, starts: Sequence[int]) -> _Place:
    last, end = cast("int", call.end_lineno), cast("int", call.end_col_offset)
    return _Place(starts[call.lineno - 1] + call.col_offset, starts[last - 1] + end)


def _rewritten(pin: Pin, old: str, image: PinnedImage) -> str:
    was, forms = _forms(pin.image), _forms(image)
    if old not in was:
        reason = f"{pin.name} has a comment in it or is not as `ruff format` leaves it; change it by hand"
        raise PinsError(reason)
    fitting = [each for each in forms if max(map(len, f"{pin.name} = {each}".splitlines())) <= _WIDTH]
    # A comma behind the last argument keeps one argument a line (ruff's "magic trailing comma").
    return forms[-1] if old == was[-1] else (fitting or forms[-1:])[0]


def _forms(image: PinnedImage) -> tuple[str, str, str]:
    """How the formatter writes it: on one line, with the arguments on one line, with a line for each."""
    words = [f'"{each}"' for each in (image.repository, image.tag, image.digest)]
    line, lines = ", ".join(words), "".join(f"    {each},\n" for each in words)
    return f"{_CLASS}({line})", f"{_CLASS}(\n    {line}\n)", f"{_CLASS}(\n{lines})"


def _unexpected(call: ast.Call, why: str) -> PinsError:
    return PinsError(f"line {call.lineno}: {why}; it should be {_EXPECTED}")
