"""Where the symbolic links of a build context lead. Pure."""

from collections.abc import Collection, Mapping

_LINKS_FOLLOWED = 40
"""As Linux does (path_resolution(7)); more are a circle."""


def leads_somewhere(path: str, links: Mapping[str, str], files: Collection[str], folders: Collection[str]) -> bool:
    """Whether a path of a context leads to a file or folder of it, over any number of links.

    Args:
        path: such as that of a link.
        links: their targets, by path.
        files: paths of those that are no links.
        folders: paths of those that are no links; `.` is the context itself.
    """
    here: tuple[str, ...] = ()
    followed = 0
    ahead = _backwards(path)
    while ahead:
        part = ahead.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not here:
                return False
            here = here[:-1]
            continue
        place = "/".join((*here, part))
        target = links.get(place)
        if target is not None:
            followed += 1
            if target.startswith("/") or followed > _LINKS_FOLLOWED:
                return False
            ahead += _backwards(target)
        elif place in folders or (place in files and not ahead):
            here = (*here, part)
        else:
            return False
    return True


def _backwards(path: str) -> list[str]:
    # With `.` and what stands after a last slash: no file can come before them.
    return path.split("/")[::-1]
