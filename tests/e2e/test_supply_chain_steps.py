"""The shell steps of supply-chain.yml on the sandbox: one stack builds, another runs that digest, once it is signed.

Stood in for: the actions of others, `gh`, as there is no GitHub, and `cosign` where this machine has none.
"""

import base64
import shutil
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import signing
from tests.e2e.github.repository import Repository, repository_of
from tests.e2e.github.workflow import Event, Ran
from tests.e2e.project import ROOT, Project

pytestmark = pytest.mark.e2e


@dataclass(frozen=True)
class Chain:
    """A repository with a stack that builds, and one that runs what is signed."""

    repository: Repository
    runs: Project

    def run(self, *left_out: str) -> Mapping[str, Ran]:
        """Run the workflow, without some of its jobs."""
        inputs = {"built-by": self.repository.project.stack, "for": self.runs.stack, "target": "local"}
        event = Event("workflow_dispatch", {"inputs": inputs}, self.repository.pull_request.push())
        return self.repository.github.run("supply-chain", event, without=left_out)


@pytest.fixture
def chain(project: Project, tmp_path: Path) -> Generator[Chain]:
    key = signing.new_key()
    (project.folder / "cosign.pub").write_bytes(signing.public_pem(key))
    runs = _stack_for(project)
    docker, programs = tmp_path / "docker", tmp_path / "programs"
    shutil.copytree(project.state.docker_config, docker)
    _program(programs, "gh", 'echo "typed: gh $*"')
    _program(programs, "cosign", f'PYTHONPATH={ROOT} exec {sys.executable} -m tests.e2e.cosign_program "$@"')
    try:
        with repository_of(project, tmp_path / "github") as repository:
            github, (user, password) = repository.github, _login(project)
            path = f"{programs}:{project.environment['PATH']}"
            github.machine = {**github.machine, "PATH": path, "DOCKER_CONFIG": str(docker)}
            github.variables = {
                "REGISTRY_USER": user,
                "PULUMI_BACKEND_URL": project.environment["PULUMI_BACKEND_URL"],
            }
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
            github.secrets = {
                "REGISTRY_PASSWORD": password,
                "COSIGN_PRIVATE_KEY": pem,
                "PULUMI_CONFIG_PASSPHRASE": repository.passphrase,
            }
            yield Chain(repository, runs)
    finally:
        gone = runs.pulumi("destroy", "--yes", "--skip-preview", "--remove")
    assert gone.code == 0, gone.output


def test_one_digest_is_built_signed_and_deployed_and_the_next_one_not_without_its_signature(chain: Chain) -> None:
    chain.repository.project.change_source()
    ran = chain.run()
    assert {name: each.said for name, each in ran.items() if each.result != "success"} == {}
    image = ran["build"].outputs["image"]
    assert f"typed: gh attestation verify oci://{image} --repo " in ran["sign"].said
    assert "Login Succeeded" in ran["sign"].said
    assert f"signature: {image} is signed with the key of cosign.pub" in ran["deploy"].said
    assert chain.runs.outputs()["image"] == image
    with chain.runs.client() as client:
        build = client.get("/version").raise_for_status().json()["build"]

    chain.repository.project.change_source()
    ran = chain.run("sign")
    assert {name: each.result for name, each in ran.items() if each.result != "success"} == {"deploy": "failure"}
    assert ran["build"].outputs["image"] != image
    assert "error: unsigned: " in ran["deploy"].said
    with chain.runs.client() as client:
        assert client.get("/version").json()["build"] == build


def _stack_for(project: Project) -> Project:
    """Another stack of the project, which builds nothing and asks for a signature."""
    made = replace(project, stack=f"{project.stack}-runs")
    document = yaml.safe_load(project.stack_file.read_text())
    document.pop("encryptionsalt", None)
    config = document["config"]
    image = config["monadic-pipeline:image"]
    config["monadic-pipeline:image"] = {
        "repository": image["repository"],
        "signature": {"publicKey": "cosign.pub"},
    }
    config["monadic-pipeline:app"] |= {"namespace": made.stack, "host": f"{made.stack}.localhost"}
    made.stack_file.write_text(yaml.safe_dump(document, sort_keys=False))
    done = made.pulumi("stack", "init", "--no-select")
    assert done.code == 0, done.output
    return made


def _program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
    (folder / name).chmod(0o755)


def _login(project: Project) -> tuple[str, str]:
    (entry,) = project.own_logins().values()
    user, _, password = base64.b64decode(entry["auth"]).decode().partition(":")
    return user, password
