"""The catalogue of tools and the Go modules that pin them.

What this does not prove: that the Kubernetes provider's commit is the release named, as its go.mod has a commit only.
"""

import re
from pathlib import Path

import pytest

from sandbox.bootstrap_machine import look
from sandbox.tool_catalogue import CATALOGUE, disk_needed
from tests.stack_files import ROOT

_PINS = {
    "pulumi": "github.com/pulumi/pulumi/pkg/v3",
    "kube": "k8s.io/kubernetes",
    "containerd": "github.com/containerd/containerd/v2",
    "traefik": "github.com/traefik/traefik/v3",
    "coredns": "github.com/coredns/coredns",
    "pulumi-yaml": "github.com/pulumi/pulumi-yaml",
    "typescript-sdk": "github.com/pulumi/pulumi/pkg/v3",
    "jaeger": "github.com/jaegertracing/jaeger",
}


@pytest.mark.parametrize(("tool", "module"), _PINS.items())
def test_the_version_that_people_see_is_the_one_that_go_mod_pins(tool: str, module: str) -> None:
    text = (CATALOGUE[tool].folder / "go.mod").read_text()
    assert re.findall(rf"(?m)^(?:require)?\s*{re.escape(module)} v(\S+)", text) == [CATALOGUE[tool].version]


def test_what_tests_build_is_made_of_the_engines_pulumi_and_so_of_what_is_compiled_already() -> None:
    module = re.compile(r"(?m)^(?:require)?\s*github\.com/pulumi/pulumi/(pkg|sdk)/v3 v(\S+)")
    tools = ("pulumi", "pulumi-yaml", "typescript-sdk")
    pins = [sorted(module.findall((CATALOGUE[tool].folder / "go.mod").read_text())) for tool in tools]
    engine = CATALOGUE["pulumi"].version
    assert pins == [[("pkg", engine), ("sdk", engine)]] * 3


def test_make_up_wants_no_room_for_what_only_a_test_takes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    kept = [each for each in CATALOGUE.values() if each.name not in {"pulumi-yaml", "typescript-sdk", "jaeger"}]
    assert look(ROOT, sandbox=True, venv_is_current=True).tools_gb == disk_needed(kept)
