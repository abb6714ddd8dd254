"""The catalogue of tools and the Go modules that pin them.

What this does not prove: that the Kubernetes provider's commit is the release named, as its go.mod has a commit only.
"""

import re

import pytest

from sandbox.tool_catalogue import CATALOGUE

_PINS = {
    "pulumi": "github.com/pulumi/pulumi/pkg/v3",
    "kube": "k8s.io/kubernetes",
    "containerd": "github.com/containerd/containerd/v2",
    "traefik": "github.com/traefik/traefik/v3",
    "coredns": "github.com/coredns/coredns",
}


@pytest.mark.parametrize(("tool", "module"), _PINS.items())
def test_the_version_that_people_see_is_the_one_that_go_mod_pins(tool: str, module: str) -> None:
    text = (CATALOGUE[tool].folder / "go.mod").read_text()
    assert re.findall(rf"(?m)^(?:require)?\s*{re.escape(module)} v(\S+)", text) == [CATALOGUE[tool].version]
