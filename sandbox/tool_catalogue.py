"""The tools that are built from pinned Go modules: what each is made of, and what building it costs.

Minutes, memory and disk were measured on 2 cores with empty caches; docs/benchmarks.md has the run. A pin is
changed in the tool's `go.mod`; a unit test compares the versions here with it. Standard library only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

TOOLS_FOLDER = Path(__file__).resolve().parent / "tools"
"""One Go module per tool, in a folder of the tool's name."""


@dataclass(frozen=True)
class ModuleFile:
    """A file of a module that a tool reads beside its binary."""

    module: str
    path: str


@dataclass(frozen=True)
class ReplacedFile:
    """A file of a module that is another one for the build."""

    module: str
    path: str
    by: str
    """Name of the file in the tool's folder."""


@dataclass(frozen=True)
class ToolSpec:
    """One tool."""

    name: str
    title: str
    version: str
    packages: tuple[str, ...]
    binaries: tuple[str, ...]
    """One for each package; the first is the tool."""
    minutes: float
    """What a build usually takes on 2 cores with empty caches."""
    disk_gb: float
    """What downloaded modules, compiled packages and binaries take together."""
    memory_gb: float
    """What the largest single package takes while it is compiled."""
    link_values: Mapping[str, str]
    """Go variable → text: the version that a released binary has set by its linker."""
    files: tuple[ModuleFile, ...] = ()
    replaced: tuple[ReplacedFile, ...] = ()
    for_tests: bool = False
    """Only a test takes it, and builds it then; `make up` does not."""

    @property
    def folder(self) -> Path:
        """The tool's Go module."""
        return TOOLS_FOLDER / self.name

    @property
    def label(self) -> str:
        """What people see: `Kubernetes 1.34.4`."""
        return f"{self.title} {self.version}"


_KUBERNETES_VERSIONS = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
_CONTAINERD = "github.com/containerd/containerd/v2"
_PROVIDER = "github.com/pulumi/pulumi-kubernetes/provider/v4"

_SPECS = (
    ToolSpec(
        name="pulumi",
        title="Pulumi",
        version="3.274.1",
        packages=("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",),
        binaries=("pulumi",),
        minutes=4,
        disk_gb=3.5,
        memory_gb=1.0,
        link_values={"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.274.1"},
    ),
    ToolSpec(
        name="kube",
        title="Kubernetes",
        version="1.34.4",
        packages=(".",),
        binaries=("kube",),
        minutes=5,
        disk_gb=3.5,
        memory_gb=1.0,
        # Without it the API server calls itself v0.0.0-master, and clients that compare versions go wrong.
        link_values={
            f"{package}.{variable}": value
            for package in _KUBERNETES_VERSIONS
            for variable, value in (("gitVersion", "v1.34.4"), ("gitMajor", "1"), ("gitMinor", "34"))
        },
    ),
    ToolSpec(
        name="kubernetes-provider",
        title="Kubernetes provider",
        version="4.25.0",
        packages=(".",),
        binaries=("pulumi-resource-kubernetes",),
        minutes=7,
        disk_gb=4.5,
        memory_gb=1.5,
        link_values={},
        files=(
            ModuleFile(_PROVIDER, "cmd/pulumi-resource-kubernetes/schema.json"),
            ModuleFile(_PROVIDER, "cmd/pulumi-resource-kubernetes/terraform-mapping.json"),
        ),
    ),
    ToolSpec(
        name="containerd",
        title="containerd",
        version="2.4.2",
        packages=(f"{_CONTAINERD}/cmd/containerd", f"{_CONTAINERD}/cmd/containerd-shim-runc-v2"),
        binaries=("containerd", "containerd-shim-runc-v2"),
        minutes=1,
        disk_gb=0.8,
        memory_gb=0.5,
        link_values={f"{_CONTAINERD}/version.Version": "v2.4.2"},
    ),
    ToolSpec(
        name="traefik",
        title="Traefik",
        version="3.6.12",
        packages=("github.com/traefik/traefik/v3/cmd/traefik",),
        binaries=("traefik",),
        minutes=3,
        disk_gb=3.5,
        memory_gb=1.0,
        link_values={"github.com/traefik/traefik/v3/pkg/version.Version": "3.6.12"},
        replaced=(
            ReplacedFile("github.com/go-acme/lego/v4", "providers/dns/zz_gen_dns_providers.go", "no_dns_providers.go"),
        ),
    ),
    ToolSpec(
        name="coredns",
        title="CoreDNS",
        version="1.14.7",
        packages=(".",),
        binaries=("coredns",),
        minutes=1,
        disk_gb=0.8,
        memory_gb=0.5,
        link_values={},
    ),
    ToolSpec(
        name="pulumi-yaml",
        title="Pulumi's YAML host",
        version="1.38.1",
        packages=("github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",),
        binaries=("pulumi-language-yaml",),
        minutes=1.5,
        disk_gb=2.0,
        memory_gb=1.0,
        link_values={"github.com/pulumi/pulumi-yaml/pkg/version.Version": "v1.38.1"},
        for_tests=True,
    ),
    ToolSpec(
        name="typescript-sdk",
        title="the generator of TypeScript SDKs of Pulumi",
        version="3.274.1",
        packages=(".",),
        binaries=("typescript-sdk",),
        minutes=1,
        disk_gb=2.0,
        memory_gb=1.0,
        link_values={},
        for_tests=True,
    ),
    ToolSpec(
        name="jaeger",
        title="Jaeger 2.13.0, module",
        version="1.76.0",
        packages=("github.com/jaegertracing/jaeger/cmd/jaeger",),
        binaries=("jaeger",),
        minutes=6,
        disk_gb=2.0,
        memory_gb=2.0,
        link_values={"github.com/jaegertracing/jaeger/internal/version.latestVersion": "v2.13.0"},
        for_tests=True,
    ),
    ToolSpec(
        name="pause",
        title="pause",
        version="1",
        packages=(".",),
        binaries=("pause",),
        minutes=0.1,
        disk_gb=0.1,
        memory_gb=0.2,
        link_values={},
    ),
)

CATALOGUE: Mapping[str, ToolSpec] = {spec.name: spec for spec in _SPECS}
"""Tool name → tool, in the order in which they are built."""


def disk_needed(specs: Iterable[ToolSpec]) -> float:
    """Gigabytes that building these tools takes at most, all caches empty."""
    return sum(spec.disk_gb for spec in specs)
