"""How containerd is led to the fault registry under a real registry's name."""

from pathlib import Path, PurePosixPath


def hosts_toml(registry_host: str, server_url: str, ca: Path | None, *, skip_verify: bool = False) -> str:
    """The `hosts.toml` that sends every pull of `registry_host` to `server_url`, and nowhere else.

    `server` comes last, after the hosts; left out, it would be the real one. Here it is the same server and may not be
    pulled from, so that each request goes out once: containerd would try the same URL twice, and tries again (after
    503, or a reset) only at the last that it may ask. 1.x reads no file without a `host` table.
    From containerd/containerd: docs/hosts.md; remotes/docker/config/hosts.go of v1.6.20, getSortedHosts;
    core/remotes/docker/resolver.go of v2.3.4, filterHosts and retryRequest.

    Args:
        registry_host: what image names start with; requests carry it as `?ns=`.
        server_url: `http://127.0.0.1:1234` or `https://…`.
        ca: the authority that the node trusts there; None for those of its system.
        skip_verify: trust any certificate.
    """
    lines = [
        f"# {registry_host}",
        f'server = "{server_url}"',
        'capabilities = ["push"]',
        f'[host."{server_url}"]',
        'capabilities = ["pull", "resolve"]',
    ]
    if ca is not None:
        lines.append(f'ca = "{ca}"')
    if skip_verify:
        lines.append("skip_verify = true")
    return "\n".join(lines) + "\n"


def hosts_file(registry_host: str) -> PurePosixPath:
    """Where below `certs.d` it goes: `gcr.io/hosts.toml`, `registry.example_5000_/hosts.toml` for one with a port.

    containerd looks at this form of a port first (v2.3.4: core/remotes/docker/config/hosts.go, hostDirectory).
    """
    name, colon, port = registry_host.rpartition(":")
    return PurePosixPath(f"{name}_{port}_" if colon else registry_host) / "hosts.toml"
