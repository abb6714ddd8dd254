"""Builds the simulated services' images from the Python base image, and pushes them to the sandbox's registry."""

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from sandbox import base_image, docker_engine, registry
from sandbox.docker_engine import run_docker
from sandbox.errors import SandboxError
from sandbox.site import Site

_FILES = {"ollama": ("ollama.py",), "qdrant": ("qdrant.py",), "jaeger": ("jaeger.py", "otlp.py")}
"""Service → what its program is made of, beside what serves all of them."""
NAMES = tuple(_FILES)

_STAND_INS = Path(__file__).parent / "stand_ins"
_PACKAGE = "sandbox.services.stand_ins"
_SERVING = "serving.py"


def up(site: Site) -> dict[str, str]:
    """Make sure that the registry has them.

    Returns:
        Name → `host:port/path@sha256:…`.

    Raises:
        SandboxError: the docker engine cannot build or push them.
    """
    engine = docker_engine.up(site)
    base_image.up(engine)
    try:
        return {name: _image(site, name, engine) for name in NAMES}
    except subprocess.CalledProcessError as error:
        message = f"docker cannot make a simulated service: {error.stderr.strip()}"
        raise SandboxError(message) from error


def dockerfile(name: str) -> str:
    """Of one of them: the same file for whoever builds it."""
    folder = f"/app/{_PACKAGE.replace('.', '/')}/"
    return (
        f"FROM {base_image.NAME}\n"
        "WORKDIR /app\n"
        f"COPY {' '.join(_files(name))} {folder}\n"
        "USER 1000:1000\n"
        f"ENTRYPOINT {json.dumps(['python3', '-m', f'{_PACKAGE}.{name}'])}\n"
    )


def _image(site: Site, name: str, engine: str | None) -> str:
    path, tag = f"sandbox/{name}-simulated", _content(name)
    repository = f"{registry.host(site)}/{path}"
    full = f"{repository}:{tag}"
    # The engine knows the digest of what it pushed; after a `down` neither has it.
    if not registry.has_tag(site, path, tag) or not _digests(full, engine):
        _build(name, full, engine)
        run_docker("--config", str(site.state.docker_config), "push", full, host=engine)
    return next(each for each in _digests(full, engine) if each.startswith(f"{repository}@"))


def _digests(image: str, engine: str | None) -> list[str]:
    try:
        shown = run_docker("image", "inspect", "--format", "{{json .RepoDigests}}", image, host=engine)
    except subprocess.CalledProcessError:  # it is not there
        return []
    return json.loads(shown) or []


def _build(name: str, full: str, engine: str | None) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for file in _files(name):
            shutil.copyfile(_STAND_INS / file, folder / file)
            (folder / file).chmod(0o644)  # whoever runs it reads it, also after a strict umask
        (folder / "Dockerfile").write_text(dockerfile(name))
        run_docker("build", "--quiet", "--tag", full, str(folder), host=engine)


def _content(name: str) -> str:
    """A tag for each content, so that what is there is what is meant."""
    found = hashlib.sha256(dockerfile(name).encode())
    for file in _files(name):
        found.update((_STAND_INS / file).read_bytes())
    return found.hexdigest()[:16]


def _files(name: str) -> tuple[str, ...]:
    return (_SERVING, *_FILES[name])
