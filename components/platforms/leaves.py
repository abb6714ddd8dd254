"""What stays when a stack is destroyed: told before, as a destroy does not run the program. Pure."""

from pulls.loaded import HOST


def images_in(place: str, shown_by: str = "") -> str:
    """Images in a registry that is not of the stack: a destroy forgets them, and others may run them.

    Args:
        place: `host/path` of the repository.
        shown_by: the command that lists them, where the registry has one.
    """
    return f"the images that were pushed to {place}" + (f": {shown_by}" if shown_by else "")


def images_loaded(repository: str, tool: str, cluster: str) -> str:
    """Images that were built here and loaded into the nodes of a cluster, neither of which is of the stack.

    Args:
        repository: path in the images' names.
        tool: that loaded them.
        cluster: the tool's name for it.
    """
    place = f"{HOST}/{repository}"
    return f"the images {place} in docker and on the nodes of {tool}'s cluster {cluster}: docker image ls {place}"
