"""A folder as a repository with a base branch, and a pull request that changes it."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.github.service import REPOSITORY
from tests.e2e.github.workflow import Event
from tests.e2e.project import copy_checkout


@dataclass(frozen=True)
class PullRequest:
    """One, by its number."""

    folder: Path
    number: int

    @classmethod
    def of(cls, folder: Path, number: int) -> "PullRequest":
        """The first one of a folder in which git was begun; what lies there now is the base branch."""
        git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "base")
        git(folder, "branch", "base")
        return cls(folder, number)

    @classmethod
    def small(cls, folder: Path, number: int) -> "PullRequest":
        """One of what the jobs need of this checkout; the folder does not exist yet."""
        copy_checkout(folder)
        for each in ("bench", "tests"):
            shutil.rmtree(folder / each)
        git(folder, "init", "--quiet")
        return cls.of(folder, number)

    def push(self) -> str:
        """Commit what lies in the folder now; the commit that merges it with the base, which is what GitHub runs."""
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "change")
        head, tree = git(self.folder, "rev-parse", "HEAD", "HEAD^{tree}").split()
        merge = git(self.folder, "commit-tree", tree, "-p", "base", "-p", head, "-m", "merge")
        git(self.folder, "update-ref", f"refs/pull/{self.number}/merge", merge)
        return merge

    def event(
        self, action: str, sha: str, *, of: str = REPOSITORY, by: str = "somebody", labels: str = "", label: str = ""
    ) -> Event:
        """What GitHub tells of it.

        Args:
            action: what happened to it.
            sha: its merge.
            of: the repository that it comes from.
            by: whoever opened it.
            labels: that it has, each a word.
            label: that it was given, or that was taken away.
        """
        pull = {
            "number": self.number,
            "state": "closed" if action == "closed" else "open",
            "head": {"repo": {"full_name": of}},
            "base": {"sha": git(self.folder, "rev-parse", "base")},
            "user": {"login": by},
            "labels": [{"name": each} for each in labels.split()],
        }
        document = {"action": action, "number": self.number, "pull_request": pull, "label": {"name": label}}
        return Event("pull_request", document, sha)


def git(folder: Path, *words: str) -> str:
    """What git answers."""
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
