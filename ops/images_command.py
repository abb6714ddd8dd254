"""The command `images`."""

from typing import Annotated

import typer

from ops.streams import or_one_line


def images(
    *,
    write: Annotated[
        bool, typer.Option("--raise", help="Write the newest releases into the file; without it, only say them.")
    ] = False,
    as_document: Annotated[bool, typer.Option("--json", help="For scripts; docs/images.schema.json.")] = False,
) -> None:
    """Check the pinned images of the services beside the app (components/services/images.py) at their registries.

    Of each: does its tag still name the pinned digest, can the digest still be pulled, is it for linux/amd64 and
    linux/arm64, and is there a newer release with the same major number? Asked with docker's login on this machine,
    where there is one; a list of tags counts as no pull, each image as one to three.

    With --raise, the newest release and its digest are written into the file; one that lacks a platform is not taken.
    Where a tag names another image now and nothing is newer, that image is taken: see first why it was moved.

    The exit code is 0 when nothing is left to do, 3 when something is wrong or newer, 4 when a registry could not be
    asked, 1 when the file cannot be read or written. Tried on registries of the tests, and not yet on Docker Hub.

    Example: python -m ops images --raise
    """
    # Here: other commands need not wait for its imports.
    from ops.images_answer import answer  # noqa: PLC0415
    from ops.images_file import FILE  # noqa: PLC0415

    raise typer.Exit(or_one_line(lambda: answer(FILE, write=write, as_document=as_document)))
