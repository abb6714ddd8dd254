"""What stays when a stack is destroyed: told before, as a destroy does not run the program. Pure."""


def images_in(place: str, shown_by: str = "") -> str:
    """Images in a registry that is not of the stack: a destroy forgets them, and others may run them.

    Args:
        place: `host/path` of the repository.
        shown_by: the command that lists them, where the registry has one.
    """
    return f"the images that were pushed to {place}" + (f": {shown_by}" if shown_by else "")
