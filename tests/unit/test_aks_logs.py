"""The name of the workspace of a cluster's logs, by Azure's rule for it."""

import re

import pytest

from components.platforms.aks_logs import workspace_name

RULE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]")


@pytest.mark.parametrize("cluster", ["a", "prod_1", "a" * 58, "a" * 59, "a" * 63, "a_" * 31 + "a", "-".join("a" * 32)])
def test_every_name_of_a_cluster_gives_one_of_a_workspace(cluster: str) -> None:
    assert RULE.fullmatch(workspace_name(cluster))


def test_long_clusters_have_workspaces_of_their_own_and_short_ones_their_name() -> None:
    assert workspace_name("prod_1") == "prod-1-logs"
    assert workspace_name("a" * 62 + "b") != workspace_name("a" * 62 + "c")
