"""A project like the committed one, in a folder of its own, with a cluster and a registry that answer."""

import runpy
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.platforms import local_checks
from tests.engine import Answer, run_program
from tests.graph import Graph
from tests.stack_files import PROJECT, ROOT, engine_config, project_defaults, stack_values

Values = dict[str, Any]

KUBECONFIG = {
    "contexts": [{"name": "sandbox", "context": {"cluster": "sandbox", "user": "admin"}}],
    "clusters": [{"name": "sandbox", "cluster": {"server": "https://127.0.0.1:6443"}}],
    "users": [{"name": "admin", "user": {"token": "kubeconfig-canary"}}],
}


class Project:
    """A checkout of the project, and a way to run it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def run(
        self,
        stack: str,
        *,
        preview: bool = False,
        secret: tuple[str, ...] = (),
        answers: Mapping[str, Answer] | None = None,
        others: Mapping[str, str] | None = None,
        **changes: object,
    ) -> Graph:
        """Run the real `__main__.py` with a committed stack file, and with values of top-level keys changed.

        Args:
            stack: whose file.
            preview: whether it is one.
            secret: keys of this project that are secret.
            answers: of the cloud.
            others: keys of others, such as `aws:profile`.
            changes: of this project's keys.
        """
        own = {f"{PROJECT}:{key}": value for key, value in changes.items()}
        values = project_defaults() | stack_values(stack) | own | dict(others or {})

        def program() -> None:
            runpy.run_path(str(self.root / "__main__.py"), run_name="__main__")

        return run_program(
            program,
            stack=stack,
            config=engine_config(values),
            secret_keys=tuple(f"{PROJECT}:{key}" for key in secret),
            preview=preview,
            answers=answers,
        )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    shutil.copy(ROOT / "__main__.py", root)
    shutil.copytree(ROOT / "webapi", root / "webapi")
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(yaml.safe_dump(KUBECONFIG))
    monkeypatch.setenv("KUBECONFIG", str(kubeconfig))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", "ssh://nobody.invalid")

    def everything_answers(*_: object) -> local_checks.Finding:
        return local_checks.Finding(None, None)

    def nobody_is_asked(*_: object) -> None:
        pass

    monkeypatch.setattr(local_checks, "ask", everything_answers)
    monkeypatch.setattr("components.platforms.foreign.refuses_login", nobody_is_asked)
    return Project(root)
