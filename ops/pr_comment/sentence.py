"""The first sentence: what will happen, in words. Pure."""

from collections.abc import Collection, Iterator, Sequence

from ops.pr_comment.kinds import Part, part_of
from ops.pr_comment.markdown import code
from ops.pr_comment.model import Change, Does, End, Preview, all_that
from ops.pr_comment.way import is_new_image

_NAMED = 5
"""More stacks than that are counted."""


def sentence(previews: Sequence[Preview]) -> str:
    """What a reader must know if they read nothing else, in Markdown."""
    broken = [each for each in previews if not each.known]
    well = [each for each in previews if each.known]
    refused = [each for each in previews if each.end is End.REFUSED]
    told = [f"A policy refuses the update of {named(refused)}."] if refused else []
    told += _broken(broken)
    if well:
        told.append(f"{_scope(well, of=len(previews))}: {_what(well)}.")
    return " ".join(told)


def named(previews: Collection[Preview]) -> str:
    """Names of stacks, or their number where there are many."""
    if len(previews) > _NAMED:
        return f"{len(previews)} stacks"
    return ", ".join(code(each.title) for each in previews)


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number and its word."""
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def _broken(previews: Collection[Preview]) -> Iterator[str]:
    failed = [each for each in previews if each.end is End.FAILED]
    unknown = [each for each in previews if each.end is not End.FAILED]
    if failed:
        yield f"The preview of {named(failed)} failed."
    if unknown:
        yield f"What would change in {named(unknown)} is not known, as its preview cannot be read."


def _scope(well: Collection[Preview], of: int) -> str:
    changing = [each for each in well if each.changed or each.outputs or each.strange]
    if not changing or len(changing) == of:
        return counted(len(well), "stack")
    return f"{len(changing)} of {counted(of, 'stack')}"


def _what(well: Sequence[Preview]) -> str:
    replaced, deleted = all_that(well, Does.REPLACE), all_that(well, Does.DELETE)
    new, unknown = all_that(well, Does.CREATE), all_that(well, Does.UNKNOWN)
    told = [*_loud(replaced, deleted, unknown)]
    updated = all_that(well, Does.UPDATE)
    vague = sum(each.vague for each in updated)
    parts = _parts([*(each for each in updated if not each.vague), *replaced])
    if parts:
        told.append(f"{_joined(parts)} {'changes' if len(parts) == 1 and parts[0] is not Part.OTHER else 'change'}")
    if new:
        told.append(f"{counted(len(new), 'resource')} {'is' if len(new) == 1 else 'are'} new")
    if vague:
        told.append(f"{counted(vague, 'resource')} may change, which only the update tells")
    if not told:
        return _nothing(well)
    if not (replaced or deleted or unknown):
        told.append("nothing is replaced or deleted")
    return "; ".join(told)


def _loud(replaced: Collection[Change], deleted: Collection[Change], unknown: Collection[Change]) -> Iterator[str]:
    done = [
        f"{counted(len(changes), 'resource')} {'is' if len(changes) == 1 else 'are'} {word}"
        for changes, word in ((replaced, "replaced"), (deleted, "deleted"))
        if changes
    ]
    if done:
        yield f"**{', '.join(done)}**"
    if unknown:
        yield f"**what happens to {counted(len(unknown), 'resource')} is not known here**"


def _nothing(well: Sequence[Preview]) -> str:
    names = {name for each in well for name in each.outputs}
    warnings = {text for each in well for text in each.warnings}
    but = f" but {counted(len(names), 'output')}" if names else ""
    return f"nothing changes{but}" + (f"; {counted(len(warnings), 'warning')}, in the details" if warnings else "")


def _parts(changes: Sequence[Change]) -> list[Part]:
    found = {Part.IMAGE if is_new_image(each) else part_of(each) for each in changes}
    return [each for each in Part if each in found]


def _joined(parts: Sequence[Part]) -> str:
    *first, last = [each.value for each in parts]
    return f"{', '.join(first)} and {last}" if first else last
