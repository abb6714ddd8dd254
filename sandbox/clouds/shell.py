"""What a shell needs so that plain `pulumi up -s aks`, `eks` or `gke` meets the simulated clouds."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

from sandbox import docker_engine, network
from sandbox.certificates import Authority
from sandbox.clouds import accounts
from sandbox.clouds.packages import PACKAGES
from sandbox.clouds.place import Place
from sandbox.state import private_file

UNSET = (
    "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
    "GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN", "ARM_USE_OIDC", "ARM_USE_MSI", "ARM_CLIENT_CERTIFICATE_PATH",
)  # fmt: skip
"""Logins of real accounts that would come before the simulated ones."""
_HERE = ("127.0.0.1", "localhost", "::1", network.POD_NETWORK, network.SERVICE_NETWORK)


def variables(place: Place, ports: Mapping[str, int], path: str) -> dict[str, str]:
    """Variable → value.

    Args:
        place: of the clouds.
        ports: of the sandbox's record.
        path: PATH without the clouds' commands.
    """
    rest = [each for each in path.split(":") if each != str(place.commands)]
    first, others = rest[:1], rest[1:]
    return {
        "PATH": ":".join([*first, str(place.commands), *others]),
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{each}:{ports[f'clouds-{each}']}" for each in PACKAGES),
        "DOCKER_HOST": docker_engine.own_host(),
        **reach(place, ports),
        **deployer(place),
    }


def reach(place: Place, ports: Mapping[str, int]) -> dict[str, str]:
    """How a program and the docker engine reach the simulated clouds' names."""
    proxy = f"http://127.0.0.1:{ports['clouds-proxy']}"
    own = {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": ",".join(_HERE)}
    # Programs differ in which spelling they read, and some read the lower one only.
    both = {**own, **{name.lower(): value for name, value in own.items()}}
    return {**both, "SSL_CERT_FILE": str(place.roots)}


def deployer(place: Place) -> dict[str, str]:
    """The login of the simulated deployer, as real tools take logins. None is worth anything elsewhere."""
    return {
        "ARM_CLIENT_ID": accounts.CLIENT_AZURE,
        "ARM_CLIENT_SECRET": "simulated",
        "ARM_TENANT_ID": accounts.TENANT,
        "ARM_SUBSCRIPTION_ID": accounts.SUBSCRIPTION,
        "AWS_ACCESS_KEY_ID": "AKIASIMULATED0000000",
        "AWS_SECRET_ACCESS_KEY": "simulated",
        "GOOGLE_APPLICATION_CREDENTIALS": str(place.google_login),
        "GOOGLE_CLOUD_PROJECT": accounts.PROJECT,
    }


def write_roots(place: Place, environment: Mapping[str, str] = os.environ) -> None:
    """Write the certificates that a shell of the clouds trusts: whatever this one does, and the clouds' authority.

    SSL_CERT_FILE names one file, in place of the machine's.
    """
    authority = Authority(place.certificates).certificate_file.read_text()
    named = environment.get("SSL_CERT_FILE")
    machine = named if named and Path(named) != place.roots else ssl.get_default_verify_paths().cafile
    known = Path(machine).read_text() if machine and Path(machine).exists() else ""
    text = f"{known.rstrip()}\n{authority}".lstrip()
    if not place.roots.exists() or place.roots.read_text() != text:
        private_file(place.roots, text)
