"""How a kubelet is told of the simulated clouds' image credential provider. Without clouds it finds no login."""

import sys
from pathlib import Path

from sandbox.site import Site
from sandbox.state import private_command, private_json

_NAME = "sandbox-clouds"
_PROVIDER = Path(__file__).parent / "clouds" / "node_login.py"
_IMAGES = (
    "*.azurecr.io",
    "*.azurecr.cn",
    "*.dkr.ecr.*.amazonaws.com",
    "*.dkr.ecr.*.amazonaws.com.cn",
    "*-docker.pkg.dev",
    "*.pkg.dev",
    "gcr.io",
    "*.gcr.io",
)


def kubelet_flags(site: Site) -> list[str]:
    """Write the provider's configuration, one for all nodes, and give the flags that name it."""
    folder = site.state.folder / "node-logins"
    programs, config = folder / "bin", folder / "config.json"
    # -I -S: a kubelet waits for it at each pull, and it needs the standard library only.
    secret = site.state.folder / "secrets" / "clouds-metadata"
    command = [sys.executable, "-I", "-S", _PROVIDER, str(site.port("clouds-metadata")), secret]
    private_command(programs / _NAME, *command)
    provider = {
        "name": _NAME,
        "apiVersion": "credentialprovider.kubelet.k8s.io/v1",
        "matchImages": _IMAGES,
        "defaultCacheDuration": "0s",
    }
    private_json(
        config,
        {"apiVersion": "kubelet.config.k8s.io/v1", "kind": "CredentialProviderConfig", "providers": [provider]},
    )
    return [f"--image-credential-provider-config={config}", f"--image-credential-provider-bin-dir={programs}"]
