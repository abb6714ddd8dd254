"""containerd's configuration for one node: nothing of the machine's own containerd is read or written."""

from pathlib import Path

from sandbox import pause_image


def text(*, debian: bool, folder: Path, runtime: Path, socket: Path, plugins: Path, shim: Path) -> str:
    """The TOML of a node.

    Args:
        debian: for Debian's 1.6, whose configuration has another version and other section names.
        folder: the node's folder on disk, with `cni` and `certs.d` in it.
        runtime: its folder in /run.
        socket: where it listens.
        plugins: folder of the CNI plug-ins.
        shim: what starts a container (2.x only; 1.6 finds its own).
    """
    form = _DEBIAN_CONFIG if debian else _CONFIG
    return form.format(
        root=folder / "containerd",
        runtime=runtime,
        socket=socket,
        pause=pause_image.NAME,
        certs=folder / "certs.d",
        cni=folder / "cni",
        plugins=plugins,
        opt=folder / "opt",
        verifiers=folder / "image-verifiers",
        shim=shim,
    )


# NRI and /opt/containerd are the machine's, so both are kept out; network namespaces are mounted below the state
# folder, where `down` finds them after a crash too.
_CONFIG = """version = 3
root = "{root}"
state = "{runtime}/containerd"
[grpc]
  address = "{socket}"
[plugins.'io.containerd.nri.v1.nri']
  disable = true
[plugins.'io.containerd.internal.v1.opt']
  path = "{opt}"
[plugins.'io.containerd.image-verifier.v1.bindir']
  bin_dir = "{verifiers}"
[plugins.'io.containerd.cri.v1.images']
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "{pause}"
  [plugins.'io.containerd.cri.v1.images'.registry]
    config_path = "{certs}"
[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["{plugins}"]
    conf_dir = "{cni}"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    runtime_path = "{shim}"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      Root = "{runtime}/runc"
"""

_DEBIAN_CONFIG = """version = 2
root = "{root}"
state = "{runtime}/containerd"
[grpc]
  address = "{socket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "{opt}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{plugins}"
    conf_dir = "{cni}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = "{runtime}/runc"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{certs}"
"""
