"""What makes a build context unfit to be sent: keys, `.env`, `.git`, its size, links out of it. Pure."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from components.build_inputs import Entry
from components.context_links import leads_somewhere
from components.errors import InvalidValueError
from components.private_keys import ignore_line, reason_to_stay

_SHOWN = 5
_UNITS = ("bytes", "KiB", "MiB", "GiB")
_SPECIAL = re.compile(r"[*?\[\\]|\A[#!]")
_LOST_IN_A_LINE = re.compile(r"\n|\A\s|\s\Z")


def check_secrets(entries: Iterable[Entry], credentials: Mapping[str, str], ignore_file: str) -> None:
    """Refuse a context that would put credentials into the image.

    Args:
        entries: of the context.
        credentials: what the files that hold one hold, by path.
        ignore_file: where a line keeps a file out.

    Raises:
        InvalidValueError: names the files, their size, and the lines to add.
    """
    reasons = {each.path: reason for each in entries if (reason := reason_to_stay(each.path))}
    reasons = {**credentials, **reasons}
    if not reasons:
        return
    sizes = {each.path: each.size for each in entries if each.path in reasons}
    by_line: dict[str, list[str]] = {}
    for path in sorted(reasons):
        by_line.setdefault(ignore_line(path), []).append(path)
    shown = [
        f"{line} ({size_text(sum(sizes[path] for path in paths))}, {reasons[paths[0]]})"
        for line, paths in list(by_line.items())[:_SHOWN]
    ]
    rest = f" and {len(by_line) - _SHOWN} more" if len(by_line) > _SHOWN else ""
    reason = f"would put into the image: {', '.join(shown)}{rest}"
    raise InvalidValueError(reason, append_command(by_line, ignore_file))


def check_size(sizes: Mapping[str, int], limit: int, ignore_file: str) -> None:
    """Refuse a context of more than `limit` bytes.

    Raises:
        InvalidValueError: names the biggest parts, and the lines that leave them out.
    """
    total = sum(sizes.values())
    if total <= limit:
        return
    parts: dict[str, int] = {}
    for path, size in sizes.items():
        part = path.split("/")[0]
        parts[part] = parts.get(part, 0) + size
    biggest = sorted(parts, key=lambda part: -parts[part])[:_SHOWN]
    shown = ", ".join(f"{part} ({size_text(parts[part])})" for part in biggest)
    reason = f"is {size_text(total)} big, more than {size_text(limit)} (image.contextLimit); biggest are {shown}"
    raise InvalidValueError(reason, append_command(biggest[:1], ignore_file))


def check_links(entries: Sequence[Entry], ignore_file: str) -> None:
    """Refuse symbolic links that lead to nothing in the context, or in a circle: the docker provider cannot hash them.

    Raises:
        InvalidValueError: names the links and where they lead.
    """
    files = {each.path for each in entries if each.mode != 0}
    links = {each.path: each.content for each in entries if each.mode == 0}
    folders = {str(parent) for path in (*files, *links) for parent in PurePosixPath(path).parents}
    lost = [path for path in links if not leads_somewhere(path, links, files, folders)]
    if lost:
        shown = ", ".join(f"{path} → {links[path]}" for path in lost[:_SHOWN])
        reason = f"has links that lead to nothing in it: {shown}"
        raise InvalidValueError(reason, append_command(lost[:_SHOWN], ignore_file))


def append_command(paths: Iterable[str], ignore_file: str) -> str:
    """The command that adds the patterns for some paths, and for nothing else, to a `.dockerignore`."""
    # An empty line first: the last one of the file may have no end.
    quoted = " ".join(shlex.quote(each) for each in ("", *map(_pattern_for, paths)))
    return f"printf '%s\\n' {quoted} >> {shlex.quote(ignore_file)}"


def size_text(size: float) -> str:
    """Bytes as people read them: `12 bytes`, `3.4 MiB`."""
    for unit in _UNITS[:-1]:
        if size < 1024:  # noqa: PLR2004 - the step between two units
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} {_UNITS[-1]}"


def _pattern_for(path: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", path)
    # A pattern is one line, without blanks around it.
    return _LOST_IN_A_LINE.sub("?", escaped)
