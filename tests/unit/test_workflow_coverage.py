"""Every script of the workflows is run by a test, as GitHub would run it; this says by which."""

from collections.abc import Mapping

import pytest

from tests.stack_files import ROOT
from tests.unit.docs_pages import functions_of
from tests.unit.workflow_files import ACTIONS, github_files, jobs, read

JOBS = "tests/unit/test_workflow_jobs.py::"
CHAIN = "tests/unit/test_workflow_supply_chain.py::test_one_digest_is_built_listed_scanned_signed_and_deployed"
STACKS = "tests/unit/test_workflow_stacks.py::"
STEPS = "tests/e2e/test_workflow_steps.py::"
COMMENTED = f"{STEPS}test_a_pull_request_is_previewed_commented_broken_mended_and_deployed"
LABELLED = f"{STEPS}test_a_labelled_pull_request_has_a_stack_that_answers_until_it_is_closed"
LOGGED_IN = f"{JOBS}test_a_preview_of_a_cloud_has_its_login_and_no_docker_engine"
REFUSED = f"{JOBS}test_a_job_that_a_cloud_does_not_trust_says_who_has_to_trust_it_and_the_comment_has_it"
PREVIEWED = "tests/clouds/test_workflow_clouds.py::test_a_stack_of_a_cloud_is_previewed_and_commented"
EACH = (
    ("action", "tools", 0, COMMENTED),
    ("action", "sandbox", 0, COMMENTED),
    *(("action", "login", number, LOGGED_IN) for number in range(2)),
    ("action", "login", 2, f"{JOBS}test_with_pulumi_cloud_the_organization_is_the_default_one"),
    ("preview", "stacks", 0, COMMENTED),
    ("preview", "local", 0, COMMENTED),
    ("preview", "local", 1, COMMENTED),
    ("preview", "cloud", 0, REFUSED),
    ("preview", "cloud", 1, PREVIEWED),
    ("preview", "comment", 0, COMMENTED),
    ("test-cluster", "up", 0, f"{STACKS}test_a_test_cluster_whose_cloud_does_not_trust_it_says_who_has_to"),
    *(("test-cluster", "up", number, LABELLED) for number in (1, 2, 3)),
    ("test-cluster", "down", 0, LABELLED),
    ("test-cluster", "expired", 0, LABELLED),
    ("test-cluster", "expired", 1, LABELLED),
    ("deploy", "up", 0, f"{STACKS}test_what_deploys_runs_for_the_stacks_that_the_repository_names"),
    ("deploy", "up", 1, COMMENTED),
    ("deploy", "up", 2, COMMENTED),
    *(("supply-chain", "build", number, CHAIN) for number in range(2)),
    ("supply-chain", "contents", 0, CHAIN),
    ("supply-chain", "scan", 0, CHAIN),
    *(("supply-chain", "sign", number, CHAIN) for number in range(3)),
    ("supply-chain", "deploy", 0, CHAIN),
)
"""File, job, number of the script in it, and the test that runs it."""
OURS = "test"
"""The workflow that runs the tests: what it runs is the very run that this is part of."""


def counted() -> Mapping[tuple[str, str], int]:
    """How many scripts each job and each action has."""
    found = {("action", file.parent.name): read(file)["runs"]["steps"] for file in ACTIONS}
    found |= {
        (file.stem, name): job["steps"]
        for file in github_files()
        if file not in ACTIONS
        for name, job in jobs(file).items()
    }
    return {key: sum("run" in step for step in steps) for key, steps in found.items() if key[0] != OURS}


def test_each_script_has_a_test_that_runs_it() -> None:
    wanted = {(*key, number) for key, count in counted().items() for number in range(count)}
    assert {each[:3] for each in EACH} == wanted
    assert len(EACH) == len(wanted)


@pytest.mark.parametrize("test", sorted({each[3] for each in EACH}))
def test_each_test_is_there(test: str) -> None:
    file, _, name = test.partition("::")
    assert name in functions_of(ROOT / file)
