"""What the engine's plug-ins say they follow agrees with what the program pins, and so do the words that they know."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pulumi.runtime.rpc
import pulumi_docker as docker
import pytest

import sandbox.engine
from sandbox.engine import image_check, property_values
from sandbox.engine.property_values import Properties
from tests.stack_files import ROOT

FOLLOWED = sandbox.engine.__doc__ or ""


@pytest.mark.parametrize("package", ["pulumi", "pulumi-docker"])
def test_the_pins_that_were_looked_at_are_the_pins(package: str) -> None:
    (pin,) = re.findall(rf"^{package}==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert re.search(rf"pulumi/{package} at .* the program has {package} {re.escape(pin)}$", FOLLOWED, re.MULTILINE)


def test_every_file_names_the_same_commits() -> None:
    files = sorted(Path(sandbox.engine.__path__[0]).glob("*.py"))
    named = {each for file in files for each in re.findall(r"\b(?=\w*\d)[0-9a-f]{8}\b", docstring(file))}
    assert named == set(re.findall(r" at ([0-9a-f]{8}) ", FOLLOWED))


def test_an_image_of_the_pinned_sdk_has_no_property_that_is_refused() -> None:
    inputs: Properties = {
        **given(docker.ImageArgs),
        "build": {**given(docker.DockerBuildArgs)},
        "registry": {**given(docker.RegistryArgs)},
    }
    assert image_check.failures(inputs) == []


def test_the_marks_of_the_protocol_are_the_pinned_sdks() -> None:
    assert property_values.UNKNOWN == pulumi.runtime.rpc.UNKNOWN
    assert pulumi.runtime.rpc.is_rpc_secret(property_values.secret("x"))


def docstring(file: Path) -> str:
    return file.read_text().split('"""')[1]


def given(arguments: Callable[..., object]) -> Properties:
    """Some value for each parameter of an SDK's class, by the name that the engine sees."""
    names = [name for name in inspect.signature(arguments).parameters if name != "__self__"]
    return {re.sub(r"_(\w)", lambda found: found[1].upper(), name): "x" for name in names}
