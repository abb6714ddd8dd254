"""A small project whose state lies where a URL says: a folder, or a bucket; S3 and KMS are moto's, on loopback."""

import importlib
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from sandbox.environment import UNSET, variables
from sandbox.state import State
from tests.e2e.project import ROOT, Run, run
from tests.e2e.waiting import until

REGION = "eu-central-1"
_LOGIN = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION}
PROGRAM = """\
import os, time
import pulumi
pulumi.export("password", pulumi.Config().require_secret("password"))
if os.path.exists("wait"):
    open("begun", "w").close()
    time.sleep(600)
"""


@dataclass(frozen=True)
class Aws:
    """Moto's S3 and KMS."""

    url: str
    bucket: str

    def client(self, service: str) -> Any:
        """A client of boto3."""
        boto3: Any = importlib.import_module("boto3")
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, **keys)

    @property
    def backend(self) -> str:
        """URL of a state in the bucket, as pulumi takes it."""
        return f"s3://{self.bucket}/team?endpoint={self.url}&region={REGION}&s3ForcePathStyle=true&disableSSL=true"

    def objects(self) -> list[str]:
        """All keys in the bucket."""
        return [each["Key"] for each in self.client("s3").list_objects_v2(Bucket=self.bucket).get("Contents", [])]


@contextmanager
def aws() -> Generator[Aws]:
    """Serve an account with the bucket."""
    server: Any = importlib.import_module("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        made = Aws(f"http://{host}:{port}", f"state-{port}")  # moto keeps what it has for the whole process
        made.client("s3").create_bucket(Bucket=made.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield made
    finally:
        server.stop()


@dataclass(frozen=True)
class Shell:
    """The project's folder, and a shell that is logged in to a backend by its variable."""

    folder: Path
    environment: dict[str, str]

    def pulumi(self, *words: str) -> Run:
        """Run pulumi without questions."""
        return run(["pulumi", *words, "--non-interactive"], cwd=self.folder, environment=self.environment)

    def must(self, *words: str) -> str:
        """The same, and it must work."""
        done = self.pulumi(*words)
        assert done.code == 0, done.output
        return done.output

    def ops(self, *words: str) -> Run:
        """Run one of the commands for people."""
        return run([sys.executable, "-m", "ops", *words], cwd=self.folder, environment=self.environment)

    def kill_an_update(self) -> None:
        """Begin an update, and end it where it holds the stack, without any word to it."""
        (self.folder / "wait").touch()
        command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "-s", "dev"]
        begun = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL)
        until((self.folder / "begun").exists, 60)
        parent = psutil.Process(begun.pid)
        for each in (parent, *parent.children(recursive=True)):
            each.kill()
        begun.wait()
        (self.folder / "wait").unlink()


def make_shell(folder: Path, state: State, url: str) -> Shell:
    """A project, and a shell with the sandbox's pulumi."""
    folder.mkdir()
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / "Pulumi.yaml").write_text("name: toy\nruntime: {name: python, options: {virtualenv: .venv}}\n")
    (folder / "__main__.py").write_text(PROGRAM)
    environment = {name: value for name, value in os.environ.items() if name not in UNSET}
    own = {"PULUMI_HOME": str(folder / "home"), "PULUMI_BACKEND_URL": url, "PYTHONPATH": str(ROOT), **_LOGIN}
    return Shell(folder, {**environment, **variables(state), **own})
