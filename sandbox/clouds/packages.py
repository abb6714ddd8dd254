"""The provider packages that are simulated, and loading one: its SDK and what checks it take a second and more."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:  # a shell that only wants the names waits for no SDK
    from sandbox.clouds.cloud_site import CloudSite
    from sandbox.clouds.kinds import Cloud

PACKAGES = ("azure-native", "aws", "gcp")
WARM_UP = ("azure-native", "gcp", "aws")
"""In this order they are loaded when nobody asks for one: what takes the longest comes last."""
_FOLDERS = {"azure-native": "azure", "aws": "aws", "gcp": "google"}


def load(package: str, site: "CloudSite") -> "Cloud":
    """Import a cloud.

    Args:
        package: one of `PACKAGES`.
        site: the sandbox, as the cloud sees it.
    """
    module = importlib.import_module(f"sandbox.clouds.{_FOLDERS[package]}.cloud")
    return cast("Callable[[CloudSite], Cloud]", module.cloud)(site)
