"""What is sent to Pulumi Cloud fits the SDK's types; what makes a cloud trust a run; what runners lack."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.deployments_difference import differences, patch
from ops.deployments_wanted import wanted_drift
from sandbox.clouds.sdk_types import problems, resource
from tests.unit.deployments_place import LOGINS
from tests.unit.deployments_values import ALL, DAILY, own_of, wanted
from tests.unit.pulumi_service import merge, shown, unknown

OF_STACK = {"organization": "acme", "project": "web", "stack": "s"}


# The SDK's types


@pytest.mark.parametrize("target", [*LOGINS, "local"])
@pytest.mark.parametrize("changes", [{}, ALL, {"login": {}}])
@pytest.mark.parametrize("builds", [False, True])
def test_what_is_sent_is_known_to_the_service(target: str, changes: dict[str, Any], builds: bool) -> None:
    asked = wanted(target, builds=builds, **changes)
    assert unknown(asked) == []
    assert unknown(merge({}, patch(asked, {}))) == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("vcs", "previewPullRequest"), "vcs.previewPullRequest: DeploymentSettingsVcsArgs has no such input"),
        (("operationContext", "preRun"), "operationContext.preRun: DeploymentSettingsOperationContextArgs has no such"),
        (("operationContext", "oidc", "aws", "roleArns"), "oidc.aws.roleArns: AWSOIDCConfigurationArgs has no such"),
        (("sourceContext", "git", "directory"), "sourceContext.git.directory: DeploymentSettingsGitSourceArgs has no"),
        (("drift",), "drift: DeploymentSettingsArgs has no such input"),
    ],
)
def test_a_field_that_the_service_does_not_know_is_found(path: tuple[str, ...], said: str) -> None:
    asked = wanted("eks")
    here = asked
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = "x"
    assert [said in each for each in unknown(asked)] == [True]


def test_a_drift_schedule_fits_its_type() -> None:
    body = wanted_drift(own_of("eks", drift=DAILY))
    assert body == {"scheduleCron": "0 5 * * *", "autoRemediate": True}
    assert problems(resource("pulumi_pulumiservice", "DriftSchedule"), {**OF_STACK, **(body or {})}) == []


# The patch


TEXTS = st.sampled_from(["", "main", "refs/heads/main", "acme/web", "x"])
LOGIN = st.dictionaries(st.sampled_from(["roleArn", "sessionName", "duration", "projectId"]), TEXTS)
VALUES = st.one_of(TEXTS, st.just({"ciphertext": "c"}), st.just({"isSecret": False, "value": "v"}))
IMAGES = st.one_of(TEXTS, st.just({"reference": "r"}))
STORED: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "vcs": st.fixed_dictionaries(
            {"provider": st.sampled_from(["github", "gitlab"])},
            optional={"paths": st.lists(TEXTS), "installationId": TEXTS, "deployTags": st.booleans()},
        ),
        "gitHub": st.fixed_dictionaries({}, optional={"repository": TEXTS, "deployCommits": st.booleans()}),
        "sourceContext": st.fixed_dictionaries(
            {}, optional={"git": st.dictionaries(st.sampled_from(["branch", "commit", "repoUrl", "repoDir"]), TEXTS)}
        ),
        "executorContext": st.fixed_dictionaries({}, optional={"executorImage": IMAGES}),
        "operationContext": st.fixed_dictionaries(
            {},
            optional={
                "preRunCommands": st.lists(TEXTS),
                "environmentVariables": st.dictionaries(st.sampled_from("ABC"), VALUES),
                "oidc": st.dictionaries(st.sampled_from(["aws", "azure", "gcp"]), LOGIN),
            },
        ),
        "agentPoolID": TEXTS,
    },
)  # fmt: skip


@given(STORED, st.sampled_from([*LOGINS]), st.sampled_from([{}, ALL]))
def test_whatever_the_service_has_one_patch_makes_it_what_the_file_says(
    stored: dict[str, Any], target: str, changes: dict[str, Any]
) -> None:
    asked = wanted(target, **changes)
    sent = patch(asked, stored)
    there = shown(merge({key: each for key, each in stored.items() if key != "gitHub" or "vcs" not in sent}, sent))
    assert patch(asked, there) == {}
    assert differences(asked, there) == []
    assert bool(sent) == bool(differences(asked, stored))
