"""A CLI to build, written into a project: a process that stays, and listens where nobody may connect."""

from typing import Any

import yaml

from tests.e2e.project import Project

PORT = 9999
DOCKERFILE = """\
ARG BASE_IMAGE=python:3.12-slim
FROM ${BASE_IMAGE}
COPY --chown=1654:1654 run.py /app/run.py
USER 1654:1654
ENTRYPOINT ["python3", "/app/run.py"]
"""
PROGRAM = f"""\
import signal, socket, sys

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
# Something does listen: that nobody connects is not because nobody answers.
server = socket.create_server(("0.0.0.0", {PORT}))
while True:
    server.accept()[0].close()
"""


def with_cli(project: Project) -> dict[str, Any]:
    """Write it; its image for the stack file, on the base that the web API has."""
    source = project.folder / "cli"
    source.mkdir()
    (source / "Dockerfile").write_text(DOCKERFILE)
    (source / "run.py").write_text(PROGRAM)
    config = yaml.safe_load(project.stack_file.read_text())["config"]
    arguments = config["monadic-pipeline:image"].get("buildArgs", {})
    return {"repository": f"{project.stack}-cli", "context": "cli", "buildArgs": arguments}
