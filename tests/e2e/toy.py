"""A small project with one image, for what the engine's own plug-ins do."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.e2e.project import ROOT, Run, run

_PROGRAM = """\
import pulumi
import pulumi_docker

{before}
image = pulumi_docker.Image(
    "web",
    image_name="{registry}/engine-test/web:v1",
    build=pulumi_docker.DockerBuildArgs(context="app", dockerfile="app/Dockerfile", platform="linux/amd64"),
    registry=pulumi_docker.RegistryArgs(
        server="{registry}", username="{user}", password=pulumi.Output.secret({password!r})
    ),
    {options}
)
pulumi.export("digest", image.repo_digest)
"""


@dataclass(frozen=True)
class Toy:
    """The project folder, the shell to use it from, and the login of the registry."""

    folder: Path
    environment: dict[str, str]
    registry: str
    user: str
    password: str

    def write(self, *, before: str = "", options: str = "", password: str | None = None) -> None:
        """Write the program."""
        chosen = self.password if password is None else password
        program = _PROGRAM.format(
            before=before, options=options, registry=self.registry, user=self.user, password=chosen
        )
        (self.folder / "__main__.py").write_text(program)

    def file(self, name: str, text: str) -> None:
        """Write a file of the build context."""
        (self.folder / "app" / name).write_text(text)

    def pulumi(self, *words: str) -> Run:
        """Run pulumi without questions."""
        return run(["pulumi", *words, "--non-interactive"], cwd=self.folder, environment=self.environment)

    def up(self) -> Run:
        """`pulumi up`."""
        return self.pulumi("up", "--yes", "--skip-preview")

    def digest(self) -> str:
        """The image that the stack says is built."""
        return json.loads(self.pulumi("stack", "output", "--json").output)["digest"]


def make_toy(folder: Path, environment: dict[str, str], *, registry: str, user: str, password: str) -> Toy:
    """A project with a stack, an image of one file, and nothing deployed."""
    (folder / "app").mkdir(parents=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    project = {"name": "engine-test", "runtime": {"name": "python", "options": {"virtualenv": ".venv"}}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    toy = Toy(folder, environment, registry, user, password)
    toy.file("Dockerfile", "FROM scratch\nCOPY hello /\n")
    toy.file("hello", "hello\n")
    toy.write()
    done = toy.pulumi("stack", "init", f"t{abs(hash(folder)):x}")
    assert done.code == 0, done.output
    return toy


def changes(output: str) -> dict[str, int]:
    """What pulumi counted at its end: operation → resources."""
    resources = output.rsplit("Resources:", 1)[-1]
    return {operation: int(count) for count, operation in re.findall(r"(\d+) (\w+)", resources.split("Duration")[0])}
