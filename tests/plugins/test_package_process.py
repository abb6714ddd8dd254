"""The package as Pulumi starts it: a process that serves its schema and refuses what cannot work.

What this does not prove: an app that comes up; `tests/e2e/test_package.py` does.
"""

import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import errors_pb2, plugin_pb2, provider_pb2, status_pb2

from package import schema
from package.provider import VERSION
from tests.plugins.engine import Client, Engine, serving
from tests.stack_files import ROOT

_DETAILS = "grpc-status-details-bin"
IMAGE = f"registry.example.com/web@sha256:{'1' * 64}"


class Package:
    """The engine's way to the process."""

    def __init__(self, client: Client, engine: Engine) -> None:
        self.client = client
        self.engine = engine

    def make(self, **given: Any) -> provider_pb2.ConstructResponse:
        """Preview an app of these arguments."""
        inputs = struct_pb2.Struct()
        inputs.update({"image": IMAGE, "namespace": "web", **given})
        request = provider_pb2.ConstructRequest(
            project="p", stack="s", monitorEndpoint=self.engine.address, dryRun=True, parallel=4,
            type="pipeline:index:PipelineApp", name="web", inputs=inputs,
        )  # fmt: skip
        return self.client.ask("Construct", provider_pb2.ConstructResponse, request)

    def refused(self, **given: Any) -> tuple[str, dict[str, str]]:
        """What is said of these arguments: one text, and reasons by place."""
        with pytest.raises(grpc.RpcError) as caught:
            self.make(**given)
        call = cast("grpc.Call", caught.value)
        assert call.code() is grpc.StatusCode.INVALID_ARGUMENT, call.details()
        # Pulumi's own: Google's cannot be loaded beside it.
        status = status_pb2.Status.FromString(cast("bytes", dict(call.trailing_metadata() or ())[_DETAILS]))
        details = errors_pb2.InputPropertiesError()
        status.details[0].Unpack(details)
        return call.details() or "", {each.property_path: each.reason for each in details.errors}


@pytest.fixture
def package(tmp_path: Path) -> Generator[Package]:
    with serving() as engine:
        command = [sys.executable, ROOT / "package", engine.address, "--logtostderr"]
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
                yield Package(Client(channel, "ResourceProvider"), engine)
            process.kill()


def test_it_runs_from_any_folder_and_serves_its_schema_and_version(package: Package) -> None:
    served = package.client.ask("GetSchema", provider_pb2.GetSchemaResponse, provider_pb2.GetSchemaRequest())
    assert schema.file_text(served.schema) == schema.FILE.read_text()
    assert package.client.ask("GetPluginInfo", plugin_pb2.PluginInfo, empty_pb2.Empty()).version == VERSION


def test_what_it_does_not_take_is_told_by_place_and_nothing_is_registered(package: Package) -> None:
    text, reasons = package.refused(replicaz=2, port=True)
    assert text == "PipelineApp cannot be made from these arguments:"
    assert reasons == {
        "port": "must be a whole number",
        "replicaz": "there is no such argument; did you mean replicas?",
    }
    assert package.engine.registered == []


def test_what_cannot_work_is_one_text_in_the_readers_names_and_nothing_is_registered(package: Package) -> None:
    text, reasons = package.refused(image="registry.example.com/web:latest", port=8080, servicePort=99_999)
    assert text.startswith("PipelineApp 'web' cannot work:\n")
    assert "servicePort: 99999 is not a port" in text
    assert "'registry.example.com/web:latest' is not a reference by digest" in text
    assert reasons == {}
    assert package.engine.registered == []


def test_what_shows_only_when_another_resource_has_given_it_is_refused_as_plainly(package: Package) -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "web:latest"}
    text, reasons = package.refused(image=secret)
    assert text.startswith("PipelineApp 'web' cannot work:\n")
    assert "is not a reference by digest" in text
    assert reasons == {}


@pytest.mark.parametrize(
    "unknown",
    [
        pytest.param("04da6b54-80e4-46f7-96ec-b56ff0331ba9", id="plain"),
        pytest.param({"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}, id="output"),
    ],
)
def test_what_a_preview_does_not_know_yet_is_taken(package: Package, unknown: object) -> None:
    made = package.make(image=unknown, namespace=unknown)
    assert made.urn.endswith("::pipeline:index:PipelineApp::web")
    assert "kubernetes:apps/v1:Deployment" in package.engine.registered
