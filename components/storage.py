"""What a pod can read and write: `/tmp`, config files, secrets, volumes. Pure: arguments in, specs out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_kubernetes.core import v1

from components.mount_paths import CONFIG_PATH, SECRETS_PATH, TMP_PATH, MountPath, beside, check_mount_paths
from components.pipeline_args import PipelineAppArgs, VolumeArgs

TMP_SIZE = "64Mi"

_GROUP_READS = 0o440


@dataclass(frozen=True)
class Mounted:
    """The names of what the component made for the pod to read; None for what the app has none of."""

    service_account: pulumi.Input[str]
    config: pulumi.Input[str] | None = None
    """ConfigMap of the config files."""
    secret: pulumi.Input[str] | None = None
    """Secret of the secrets."""
    annotations: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Of the pod template; a change rolls the pods."""


def mounts(args: PipelineAppArgs, mounted: Mounted) -> list[v1.VolumeMountArgsDict]:
    """Where the container sees its volumes.

    Raises:
        InvalidValueError: one of them makes another impossible.
    """
    listed: list[v1.VolumeMountArgsDict] = [{"name": "tmp", "mount_path": TMP_PATH}]
    paths = [MountPath(TMP_PATH, "the writable folder of every pod")]
    if mounted.config is not None:
        for each in _config_mounts(args):
            listed.append(each)
            paths.append(MountPath(str(each["mount_path"]), "the config files", sealed=True))
    if mounted.secret is not None and args.get("secrets_as_files", False):
        path = args.get("secrets_path", SECRETS_PATH)
        listed.append({"name": "secrets", "mount_path": path, "read_only": True})
        paths.append(MountPath(path, "the secrets", sealed=True))
    for name, volume in sorted(args.get("volumes", {}).items()):
        listed.append(_mount(name, volume))
        paths.append(MountPath(volume["path"], f"volume {name}", sealed=_sealed(volume)))
    check_mount_paths(paths)
    return listed


def _config_mounts(args: PipelineAppArgs) -> list[v1.VolumeMountArgsDict]:
    folder = args.get("config_path", CONFIG_PATH)
    if not args.get("config_beside", False):
        return [{"name": "config", "mount_path": folder, "read_only": True}]
    # A file that is mounted so never changes in a running pod; here another text is another ConfigMap and other pods.
    return [
        {"name": "config", "mount_path": beside(folder, each), "sub_path": each, "read_only": True}
        for each in sorted(args.get("config_files", {}))
    ]


def volumes(args: PipelineAppArgs, mounted: Mounted) -> Sequence[v1.VolumeArgsDict]:
    """Where the volumes come from. The root file system is read-only, so `/tmp` is always one of them."""
    listed: list[v1.VolumeArgsDict] = [{"name": "tmp", "empty_dir": {"size_limit": TMP_SIZE}}]
    if mounted.config is not None:
        listed.append({"name": "config", "config_map": {"name": mounted.config}})
    if mounted.secret is not None and args.get("secrets_as_files", False):
        secret: v1.SecretVolumeSourceArgsDict = {"secret_name": mounted.secret, "default_mode": _GROUP_READS}
        listed.append({"name": "secrets", "secret": secret})
    return listed + [_volume(name, each) for name, each in sorted(args.get("volumes", {}).items())]


def _mount(name: str, volume: VolumeArgs) -> v1.VolumeMountArgsDict:
    read_only = _projected(volume) or volume.get("read_only", False)
    return {"name": f"volume-{name}", "mount_path": volume["path"], "read_only": read_only}


def _projected(volume: VolumeArgs) -> bool:
    return "secret" in volume or "config_map" in volume


def _sealed(volume: VolumeArgs) -> bool:
    # A claim may have the folder already, so that nobody has to make it.
    return _projected(volume) or (volume.get("read_only", False) and "claim" not in volume)


def _volume(name: str, volume: VolumeArgs) -> v1.VolumeArgsDict:
    named = f"volume-{name}"
    if "claim" in volume:
        return {"name": named, "persistent_volume_claim": {"claim_name": volume["claim"]}}
    if "secret" in volume:
        return {"name": named, "secret": {"secret_name": volume["secret"], "default_mode": _GROUP_READS}}
    if "config_map" in volume:
        return {"name": named, "config_map": {"name": volume["config_map"]}}
    return {"name": named, "empty_dir": {"size_limit": volume["size"]} if "size" in volume else {}}
