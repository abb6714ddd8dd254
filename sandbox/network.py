"""The sandbox's network on this machine: two bridges and one firewall table, all with names of their own.

Pods live in 10.244.0.0/16 on `monadic0`, builds in 10.245.0.0/24 on `monadic1`. Both reach outside through
masquerading. What comes from outside for either is dropped, also where another machine routes these networks here.
kube-proxy keeps its own table, `kube-proxy`.
"""

import subprocess
from pathlib import Path

from sandbox.errors import SandboxError

POD_BRIDGE, BUILD_BRIDGE = "monadic0", "monadic1"
GATEWAY, POD_NETWORK, BUILD_GATEWAY = "10.244.0.1", "10.244.0.0/16", "10.245.0.1"
SERVICE_NETWORK, DNS_SERVICE = "10.96.0.0/16", "10.96.0.10"
TABLE = "monadic-sandbox"
POLICY_FAMILIES = ("inet", "bridge")
"""Of the tables by that name that hold the rules between pods (policies.py)."""
_INSIDE, _BUILDS = f"{{ {POD_BRIDGE}, {BUILD_BRIDGE}, lo }}", "10.245.0.0/24"
_RULES = f"""
table ip {TABLE} {{
  chain passing {{
    type filter hook forward priority filter;
    ct state established,related accept
    iifname != {_INSIDE} ip daddr {{ {POD_NETWORK}, {_BUILDS} }} drop
  }}
  chain incoming {{
    type filter hook input priority filter;
    ct state established,related accept
    iifname != {_INSIDE} ip daddr {{ {POD_NETWORK}, {_BUILDS} }} drop
  }}
  chain outgoing {{
    type nat hook postrouting priority srcnat;
    ip saddr {POD_NETWORK} ip daddr != {POD_NETWORK} masquerade
    ip saddr {_BUILDS} ip daddr != {_BUILDS} masquerade
  }}
}}
"""
_SECONDS = 60  # iptables waits for whoever holds its lock
_COMMENT = ["-m", "comment", "--comment", TABLE]


def node_address(index: int) -> str:
    """The address of node `index` (from 1): the gateway for the first, then its neighbours."""
    return f"10.244.0.{index}"


def _run(*command: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, input=text, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except FileNotFoundError as error:  # `down` may come after the packages went
        return subprocess.CompletedProcess(command, 127, "", str(error))


def _must(*command: str, text: str | None = None) -> None:
    done = _run(*command, text=text)
    if done.returncode:
        message = f"`{' '.join(command)}` failed: {done.stderr.strip()}"
        raise SandboxError(message)


def up(*, nodes: int) -> None:
    """Make the bridges, addresses and rules, with addresses for so many nodes; what is there already is left alone."""
    for bridge, address in ((POD_BRIDGE, f"{GATEWAY}/16"), (BUILD_BRIDGE, f"{BUILD_GATEWAY}/24")):
        if not Path("/sys/class/net", bridge).exists():
            _must("ip", "link", "add", bridge, "type", "bridge")
        _must("ip", "address", "replace", address, "dev", bridge)
        _must("ip", "link", "set", bridge, "up")
    for index in range(2, nodes + 1):
        _must("ip", "address", "replace", f"{node_address(index)}/16", "dev", POD_BRIDGE)
    _run("nft", "delete", "table", "ip", TABLE)
    _must("nft", "-f", "-", text=_RULES)
    # Without a docker engine or firewall of the machine's own nothing drops, and the table is better not made.
    filtered = _run("nft", "list", "table", "ip", "filter").returncode == 0
    for rule in _forward_rules() if filtered else ():
        if _run("iptables", "-C", "FORWARD", *rule).returncode:
            _must("iptables", "-I", "FORWARD", *rule)


def foreign_kube_proxy() -> bool:
    """Whether kube-proxy rules are here though our bridge is not: somebody else's cluster."""
    ours = Path("/sys/class/net", POD_BRIDGE).exists()
    tables = _run("nft", "list", "tables").stdout
    chains = _run("iptables", "-t", "nat", "-S", "KUBE-SERVICES").returncode == 0
    return not ours and (chains or "kube-proxy" in tables)


def _forward_rules() -> list[list[str]]:
    """A docker engine of the machine's drops what it does not know; these let our bridges through."""
    return [[side, bridge, *_COMMENT, "-j", "ACCEPT"] for bridge in (POD_BRIDGE, BUILD_BRIDGE) for side in ("-i", "-o")]


def down() -> None:
    """Remove all of it."""
    filtered = _run("nft", "list", "table", "ip", "filter").returncode == 0
    for rule in _forward_rules() if filtered else ():
        while _run("iptables", "-D", "FORWARD", *rule).returncode == 0:
            pass
    tables = [(family, TABLE) for family in ("ip", *POLICY_FAMILIES)]
    if Path("/sys/class/net", POD_BRIDGE).exists():  # without our bridge, kube-proxy's rules are another cluster's
        tables += [("ip", "kube-proxy"), ("ip6", "kube-proxy")]
    for family, table in tables:
        _run("nft", "delete", "table", family, table)
    for bridge in (POD_BRIDGE, BUILD_BRIDGE):
        _run("ip", "link", "delete", bridge)
