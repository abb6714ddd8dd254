"""Folders of a container that can and cannot be mounted beside each other."""

from typing import Any

import pytest

from components.errors import InvalidValueError
from components.mount_paths import MountPath, check_mount_paths
from components.pipeline_args import PipelineAppArgs
from components.storage import Mounted, mounts

DATA = MountPath("/data", "volumes.data")
SEALED = MountPath("/etc/app/config", "configFiles", sealed=True)


@pytest.mark.parametrize(
    "other",
    [MountPath("/data/cache", "x"), MountPath("/database", "x"), MountPath("/etc/app", "x"), MountPath("/", "x")],
)
def test_folders_beside_and_inside_of_writable_ones_pass(other: MountPath) -> None:
    check_mount_paths([DATA, SEALED, other])
    check_mount_paths([other, SEALED, DATA])


def test_two_at_one_path_are_refused_with_both_names() -> None:
    with pytest.raises(InvalidValueError, match=r"mounts both volumes\.data and volumes\.more at /data"):
        check_mount_paths([DATA, MountPath("/data", "volumes.more")])


@pytest.mark.parametrize("first", [True, False])
def test_a_folder_that_nobody_can_make_is_refused(first: bool) -> None:
    inner = MountPath("/etc/app/config/more/x", "volumes.x")
    listed = [inner, SEALED] if first else [SEALED, inner]
    with pytest.raises(InvalidValueError, match=r"volumes.x at .*, inside of configFiles \(/etc/app/config\)"):
        check_mount_paths(listed)


def of_app(mounted: Mounted, **more: Any) -> list[Any]:
    given: dict[str, Any] = {"image": "x", "namespace": "apps", "port": 1, **more}
    return list(mounts(PipelineAppArgs(**given), mounted))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"volumes": {"a": {"path": "/tmp"}}}, "the writable folder of every pod and volume a"),  # noqa: S108 - in the pod
        ({"volumes": {"a": {"path": "/x"}}, "config_path": "/x"}, "the config files and volume a"),
        ({"volumes": {"a": {"path": "/etc/app/secrets/x"}}, "secrets_as_files": True}, "inside of the secrets"),
        ({"volumes": {"a": {"path": "/a", "secret": "s"}, "b": {"path": "/a/b"}}}, "inside of volume a"),
        ({"volumes": {"a": {"path": "/a", "read_only": True}, "b": {"path": "/a/b"}}}, "inside of volume a"),
    ],
)
def test_a_component_refuses_mounts_that_exclude_each_other(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidValueError, match=reason):
        of_app(Mounted("web", config="c", secret="s"), **more)


def test_a_claim_may_have_the_folder_already_and_absent_files_take_no_place() -> None:
    volumes = {"a": {"path": "/a", "claim": "c", "read_only": True}, "b": {"path": "/a/b"}}
    more = {"c": {"path": "/etc/app/config"}, "d": {"path": "/etc/app/secrets"}}
    assert len(of_app(Mounted("web", secret="s"), volumes=volumes | more)) == 5
