"""The comment on a pull request from previews of the real engine: what changes, what goes, what fails, and nothing."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.e2e.project import ROOT, Project, Run, run

pytestmark = pytest.mark.e2e

PREVIEW = (
    "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview -s {stack} --json --color never --non-interactive "
    ">previews/{stack}.json 2>previews/{stack}.err"
)
"""As docs/pr-comment.md has it."""
SAME = "<!-- preview of monadic-pipeline -->\n## Preview of `monadic-pipeline`\n\n1 stack: nothing changes.\n"


def commented(project: Project, extra: Mapping[str, str] | None = None, before: tuple[str, ...] = ()) -> Run:
    """Preview the stack as a job does, and write the comment; exit code of the latter."""
    (project.folder / "previews").mkdir(exist_ok=True)
    environment = {**project.environment, "PYTHONPATH": str(project.folder), **(extra or {})}
    command = [*before, "sh", "-c", PREVIEW.format(stack=project.stack)]
    run(command, cwd=project.folder, environment=environment)
    words = ["-m", "ops", "pr-comment", f"previews/{project.stack}.json", "--out", "comment.md"]
    done = run([f"{ROOT}/.venv/bin/python", *words], cwd=project.folder, environment=environment)
    assert done.output == ""
    return Run(done.code, (project.folder / "comment.md").read_text())


def sentence(comment: Run) -> str:
    return comment.output.split("\n\n")[1]


def test_a_pull_request_is_told_what_it_does(project: Project) -> None:
    new = commented(project)
    assert (new.code, sentence(new)) == (0, "1 stack: 14 resources are new; nothing is replaced or deleted.")
    project.must_up()
    assert commented(project) == Run(0, SAME)

    project.change_source()
    source = commented(project)
    assert (source.code, sentence(source)) == (0, "1 stack: image changes; nothing is replaced or deleted.")
    assert '["source<br/>● changes"]' in source.output
    assert '["registry<br/>stays"]' in source.output

    project.configure("app", host=None)
    gone = commented(project)
    assert sentence(gone) == "1 stack: **1 resource is deleted**; image changes."
    assert "**deleted**: `monadic-pipeline-webapi` (`kubernetes:networking.k8s.io/v1:Ingress`)" in gone.output

    project.configure("app", host=f"{project.stack}.localhost", namespace=f"{project.stack}-b")
    assert "because of `metadata.namespace`" in commented(project).output


def test_a_preview_that_fails_is_told_with_what_to_type_and_no_secret(project: Project) -> None:
    project.configure("app", replicaz=3)
    mistake = commented(project)
    assert (mistake.code, sentence(mistake)) == (3, f"The preview of `{project.stack}` failed.")
    assert "app.replicaz: unknown key; did you mean replicas?" in mistake.output
    project.configure("app", replicaz=None)

    passphrase = {"PULUMI_CONFIG_PASSPHRASE": "not-it-canary"}
    refused = commented(project, passphrase)
    assert refused.code == 3
    assert "gh secret set PULUMI_CONFIG_PASSPHRASE" in refused.output
    assert "not-it-canary" not in refused.output

    root = project.folder / "__main__.py"
    root.write_text(root.read_text() + "\nraise RuntimeError('token=canary-5d1c7e')\n")
    broken = commented(project)
    assert broken.code == 3
    assert 'File "…/__main__.py", line' in broken.output
    assert "RuntimeError: token=***" in broken.output
    assert str(project.folder) not in broken.output


@dataclass(frozen=True)
class Elsewhere:
    """Another machine, as far as one can be had here: how the checkout comes there, and what is different."""

    umask: int = 0o022
    git: tuple[str, ...] = ()
    """Options of git."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    before: tuple[str, ...] = ()
    """What runs pulumi."""
    owner: int = 0
    age: float | None = None
    """Seconds since 1970 of every file; None for now."""


STRANGER = ("unshare", "--user", "--map-user=4321", "--map-group=4321")
"""Another user, who may all the same read what the sandbox keeps for this one."""
PLACES = {
    "another path": Elsewhere(),
    "a strict umask": Elsewhere(umask=0o077),
    "a loose umask": Elsewhere(umask=0o000),
    "another user": Elsewhere(environment={"USER": "ann", "LOGNAME": "ann", "HOME": "/"}, before=STRANGER),
    "files of another user": Elsewhere(owner=4321),
    "old files, fourteen hours to the east": Elsewhere(age=1e9, environment={"TZ": "Pacific/Kiritimati"}),
    "ten years later": Elsewhere(environment={"PYTHONPATH": str(Path(__file__).parent / "later")}),
    "line ends of Windows": Elsewhere(git=("-c", "core.autocrlf=true", "-c", "core.eol=crlf")),
    "no bits of who may run a file": Elsewhere(git=("-c", "core.fileMode=false")),
    "another processor": Elsewhere(environment={"DOCKER_DEFAULT_PLATFORM": "linux/arm64"}),
    "another language and order": Elsewhere(environment={"LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}),
}


def test_a_pull_request_that_changes_nothing_says_exactly_that_wherever_it_runs(
    project: Project, tmp_path: Path
) -> None:
    project.must_up()
    _commit(project.folder)
    found = {name: _seen(project, place, tmp_path / f"{number} elsewhere") for number, (name, place) in _numbered()}
    assert found == dict.fromkeys(PLACES, Run(0, SAME))


def _numbered() -> list[tuple[int, tuple[str, Elsewhere]]]:
    return [*enumerate(PLACES.items())]


def _commit(folder: Path) -> None:
    author = ("-c", "user.name=tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false")
    for words in (("add", "--all"), ("commit", "--quiet", "--message", "all")):
        subprocess.run(["git", *author, *words], cwd=folder, check=True)


def _seen(project: Project, place: Elsewhere, folder: Path) -> Run:
    """The comment on a fresh clone in another place."""
    with_umask: Callable[[], None] = lambda: _set(place.umask)  # noqa: E731 - for one process
    subprocess.run(["git", *place.git, "clone", "--quiet", project.folder, folder], preexec_fn=with_umask, check=True)
    shutil.copy2(project.stack_file, folder)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    for each in folder.rglob("*"):
        if ".git" in each.parts or each.is_symlink():
            continue
        if place.owner:
            os.chown(each, place.owner, place.owner)
        if place.age is not None:
            os.utime(each, (place.age, place.age))
    return commented(replace(project, folder=folder), place.environment, place.before)


def _set(umask: int) -> None:
    os.umask(umask)
