"""Makes the stack of a pull request: its file, the stack itself, and its end; what is there already is made anew."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from components.stack_file import StackFile, path_text
from ops.checks.project import Project, read_project, read_stack_file, values_of
from ops.expired import number_of
from ops.expired_time import TAG, as_tag
from ops.pulumi_cli import Pulumi, PulumiError, find_pulumi
from ops.review_names import Change, changes, refusal
from ops.stack_errors import Asked, StackError, explained
from pulls.kubelet.objects import part, text

_KEYS_OF_SECRETS = ("encryptionsalt", "encryptedkey")
"""Of a stack file whose secrets can be read by whoever has the passphrase or the key, under any stack's name.

Without one of them a server encrypts for each stack by itself (v3.274, pkg/backend/httpstate/stack.go).
"""


@dataclass(frozen=True, kw_only=True)
class Review:
    """The stack of a pull request."""

    stack: str
    """As pulumi takes it: `pr-12-aks`, with the organization before it where one was given."""
    base: StackFile
    """The stack file that it is made of."""
    end: datetime
    changed: Sequence[Change]

    @property
    def file(self) -> StackFile:
        """Its own stack file."""
        return StackFile(self.stack.rpartition("/")[2])


def make_review(folder: Path, base: str, number: int, hours: int) -> Review:
    """Make it, or give it more time.

    Args:
        folder: in the project.
        base: the stack whose file it is made of, with an organization where its own is to be there.
        number: of the pull request.
        hours: how long from now until it ends.

    Raises:
        StackError: there is no such file, no stack can be made of it, or pulumi refuses a step.
    """
    project = read_project(folder)
    pulumi = find_pulumi(project.folder)
    organization, slash, name = base.rpartition("/")
    file = StackFile(name)
    document, settings = _settings(project, file)
    end = datetime.now(UTC) + timedelta(hours=hours)
    stack = f"{organization}{slash}pr-{number}-{name}"
    review = Review(stack=stack, base=file, end=end, changed=changes(settings, number))
    _copy(project, review)
    try:
        _steps(pulumi, review, document)
    except PulumiError as error:
        command = f"pulumi stack ls   # then: .venv/bin/python -m ops review-stack {base} --number {number}"
        asked = Asked(project.folder, stack, os.environ, doing=f"make the stack {stack}", command=command)
        raise StackError(explained(error.said, asked)) from None
    return review


def _settings(project: Project, file: StackFile) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """What the file holds, and this project's settings in it by their short names.

    Raises:
        StackError: it cannot be read, or no stack can be made of it.
    """
    document, wrong = read_stack_file(project, file)
    if wrong is not None:
        raise StackError(wrong.what)
    if number_of(file.stack) is not None:
        message = f"{file.name} is of a pull request itself; give the stack that it was made of"
        raise StackError(message)
    config, prefix = part(dict(document), "config"), f"{project.name}:"
    settings = {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}
    why = refusal(settings)
    if why is not None:
        message = f"no stack of a pull request can be made of {file.name}: {why}"
        raise StackError(message)
    return document, settings


def _copy(project: Project, review: Review) -> None:
    """The file as it is: pulumi itself changes it then, so that comments and the ways of writing stay."""
    head = f"# Made of {review.base.name} by `python -m ops review-stack`, anew each time.\n"
    target = project.folder / review.file.name
    try:
        target.write_text(head + (project.folder / review.base.name).read_text())
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}; try: ls -ld {project.folder}"
        raise StackError(message) from None


def _steps(pulumi: Pulumi, review: Review, document: Mapping[str, Any]) -> None:
    option = ("--stack", review.stack)
    provider = text(dict(document), "secretsprovider")
    _init(pulumi, review.stack, *(("--secrets-provider", provider) if provider else ()))
    # Before anything is deployed, as what fails then has to end too.
    pulumi.change("stack", "tag", "set", TAG, as_tag(review.end), *option)
    if not any(text(dict(document), key) for key in _KEYS_OF_SECRETS):
        for key in sorted(values_of(document)[1]):
            _copy_secret(pulumi, review, key)
    pairs = [f"{path_text(each.path)}={each.value}" for each in review.changed]
    words = [word for each in pairs for word in ("--plaintext", each)]
    pulumi.change("config", "set-all", "--path", *words, *option)


def _copy_secret(pulumi: Pulumi, review: Review, key: str) -> None:
    """Let the server encrypt it once more, for the new stack."""
    base = f"{review.stack.rpartition('/')[0]}/{review.base.stack}".removeprefix("/")
    try:
        pulumi.change("config", "cp", key, "--stack", base, "--dest", review.stack)
    except PulumiError as error:
        asked = Asked(pulumi.folder, base, os.environ, doing=f"copy the secret {key} of the stack {base}")
        raise StackError(explained(error.said, asked)) from None


def _init(pulumi: Pulumi, stack: str, *words: str) -> None:
    try:
        pulumi.change("stack", "init", stack, "--no-select", *words)
    except PulumiError as error:
        if "already exists" not in error.said:  # backenderr.go, StackAlreadyExistsError
            raise
