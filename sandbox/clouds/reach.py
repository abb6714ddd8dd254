"""How the nodes reach the clouds' registries: containerd is led to the front, under each registry's real name."""

from pathlib import Path

from sandbox.state import State, private_file


def reachable(state: State, host: str, port: int, ca: Path) -> None:
    """Lead the containerd of every node to the front for a registry's host; containerd reads it at the next pull.

    Cheap when it is done already: call it whenever a host is spoken of, as a node may be new.

    Args:
        state: whose nodes.
        host: of the registry, as image names start with it.
        port: of the front, on 127.0.0.1.
        ca: file of the authority that signed the front's certificates.
    """
    text = hosts_toml(f"https://127.0.0.1:{port}", ca)
    for folder in (state.folder / "nodes").glob("*/certs.d"):
        file = folder / host / "hosts.toml"
        if not file.exists() or file.read_text() != text:
            private_file(file, text)  # by rename: a pull must not read half of it


def hosts_toml(server: str, ca: Path) -> str:
    """The `hosts.toml` that sends every pull to a server, and nowhere else.

    `server` may not be pulled from, or containerd would ask the same URL twice; 1.x reads no file without a `host`
    table. From containerd/containerd: docs/hosts.md; remotes/docker/config/hosts.go of v1.6.20, getSortedHosts;
    core/remotes/docker/resolver.go of v2.3.4, filterHosts.
    """
    lines = [
        f'server = "{server}"',
        'capabilities = ["push"]',
        f'[host."{server}"]',
        '  capabilities = ["pull", "resolve"]',
        f'  ca = "{ca}"',
    ]
    return "\n".join(lines) + "\n"
