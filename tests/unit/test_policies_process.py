"""The pack as a process, as Pulumi's host for Python starts it: what it says, loads and costs."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policies.suppressions import FILE
from tests.stack_files import ROOT
from tests.unit.policies_world import Change, requests_of

PACK = ROOT / "policies"
HEAVY = (
    "pulumi_kubernetes",
    "pulumi_aws",
    "pulumi_azure_native",
    "pulumi_gcp",
    "pulumi_docker",
    "pydantic",
    "kubernetes",
)
SECONDS = 1.0
"""Of a processor: what the pack may add to a preview."""


def started(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(folder)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def process() -> Generator[subprocess.Popen[str]]:
    with started(PACK) as made:
        yield made
        made.kill()


@pytest.fixture
def client(process: subprocess.Popen[str]) -> Generator[Any]:
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        stub: Any = analyzer_pb2_grpc.AnalyzerStub(channel)  # the generated one says no types
        yield stub


def test_its_first_line_is_its_port_and_it_answers_there(client: Any) -> None:
    assert client.GetAnalyzerInfo(empty_pb2.Empty()).name == "monadic-pipeline"
    client.Handshake(analyzer_pb2.AnalyzerHandshakeRequest(engine_address="127.0.0.1:1"))
    client.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(project="p", stack="s"))
    assert client.GetPluginInfo(empty_pb2.Empty()).version
    assert not client.Remediate(analyzer_pb2.AnalyzeRequest()).remediations
    client.Cancel(empty_pb2.Empty())


def test_it_takes_less_than_a_second_of_a_processor_for_a_whole_run(
    process: subprocess.Popen[str], client: Any
) -> None:
    for each in requests_of(Change().world()):
        client.Analyze(each)
    client.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest())
    times = psutil.Process(process.pid).cpu_times()
    assert times.user + times.system < SECONDS


def test_an_interrupt_ends_it_without_a_word(process: subprocess.Popen[str], client: Any) -> None:
    assert client.GetPluginInfo(empty_pb2.Empty()).version
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


def test_it_ends_when_whoever_started_it_is_gone() -> None:
    script = f"{sys.executable} -u -m pulumi.policy 127.0.0.1:1 {PACK} & echo $!; read -r _"
    with subprocess.Popen(
        ["sh", "-c", script], cwd=PACK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as shell:
        assert shell.stdout is not None
        pack = psutil.Process(int(shell.stdout.readline()))
        assert int(shell.stdout.readline())
        shell.kill()
        pack.wait(timeout=30)


def test_it_loads_no_sdk_of_a_provider_and_no_settings() -> None:
    script = "import sys; sys.path.insert(0, '.'); import policies.server, policies.suppressions; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "policies.rules.rights" in loaded
    assert [each for each in HEAVY if each in loaded] == []


def test_a_file_of_suppressions_that_is_wrong_ends_it_with_a_message_and_no_traceback(tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "policies")
    for name in ("components", "pulls"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "policies" / FILE.name).write_text("suppressions: [{code: nonsense}]\n")
    with started(tmp_path / "policies") as process:
        out, err = process.communicate(timeout=30)
    assert process.returncode != 0
    assert out == ""
    assert "error: suppressions.yaml: " in err
    assert "no rule has the code 'nonsense'" in err
    assert "Traceback" not in err
