"""`python -m ops deployments` against Pulumi Cloud on loopback: what it plans, does, keeps and reads back."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.unit.deployments_place import LOGINS, Place, deployments, deployments_place, set_up, settings
from tests.unit.plain_api import Reply
from tests.unit.pulumi_service import schedule

DAILY = {"schedule": "0 5 * * *"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Place]:
    with deployments_place(tmp_path, monkeypatch) as made:
        yield made


# What it does


def test_without_yes_it_says_what_would_change_and_changes_nothing(place: Place) -> None:
    told = deployments()
    assert told.exit_code == 3
    assert "set      vcs.repository: acme/web\n" in told.stdout
    assert 'set      vcs.paths: ["Pulumi.eks.yaml", "components/**"]\n' in told.stdout
    assert "changed  nothing yet\ntype     .venv/bin/python -m ops deployments --yes\n" in told.stdout
    assert place.cloud.written == []


def test_with_yes_the_service_has_what_the_file_says_and_a_second_run_sends_nothing(place: Place) -> None:
    stack = set_up(place, push=True, drift={**DAILY, "remediate": True}, image="acme/runner:1", variables={"A": "b"})
    assert stack.settings is not None
    assert stack.settings["vcs"] == {
        "provider": "github",
        "repository": "acme/web",
        "deployCommits": True,
        "previewPullRequests": True,
        "paths": ["Pulumi.eks.yaml", "components/**"],
    }
    assert stack.settings["sourceContext"]["git"] == {"branch": "main"}
    assert stack.settings["executorContext"]["executorImage"] == {"reference": "acme/runner:1"}
    operation = stack.settings["operationContext"]
    assert operation["environmentVariables"] == {"A": "b"}
    assert operation["options"] == {"skipIntermediateDeployments": True}
    assert operation["oidc"]["aws"]["roleArn"] == "arn:aws:iam::123456789012:role/ci/deployments"
    assert stack.schedules == [schedule("drift", "schedule-1", {"scheduleCron": "0 5 * * *", "autoRemediate": True})]
    before = len(place.cloud.written)
    again = deployments("--yes")
    assert (again.exit_code, "all is as the file says" in again.stdout) == (0, True)
    assert len(place.cloud.written) == before == 2


def test_one_setting_that_differs_is_sent_alone(place: Place) -> None:
    set_up(place)
    place.write(settings(eks={"login": LOGINS["eks"], "variables": {"A": "b"}}))
    assert "set      operationContext.environmentVariables.A: b\n" in deployments().stdout
    assert deployments("--yes").exit_code == 0
    assert place.cloud.written[-1][2] == {"operationContext": {"environmentVariables": {"A": "b"}}}


def test_the_repository_is_sent_as_a_whole_with_the_integration_that_somebody_chose(place: Place) -> None:
    stack = set_up(place)
    assert stack.settings is not None
    stack.settings["vcs"] |= {"installationId": "42", "deployPullRequest": 7}
    told = deployments()
    assert "change   vcs.deployPullRequest: 7 → none\n" in told.stdout
    assert "installationId" not in told.stdout
    assert deployments("--yes").exit_code == 0
    assert stack.settings["vcs"]["installationId"] == "42"
    assert stack.settings["vcs"]["repository"] == "acme/web"
    assert "deployPullRequest" not in stack.settings["vcs"]


def test_a_source_of_its_own_login_gives_way_to_the_integration_and_is_not_shown(place: Place) -> None:
    secret = {"accessToken": {"ciphertext": "AAABAOciphertext"}}
    git = {"repoUrl": "https://git.acme.example/web.git", "branch": "refs/heads/main", "gitAuth": secret}
    place.stack().settings = {"sourceContext": {"git": git}}
    told = deployments("--yes")
    assert told.exit_code == 0
    assert "change   sourceContext.git.gitAuth: what is set there → none\n" in told.stdout
    assert "AAABAO" not in told.output
    assert "sourceContext.git.branch" not in told.stdout
    written = place.stack().settings
    assert written is not None
    assert written["sourceContext"]["git"] == {"branch": "refs/heads/main"}


def test_a_readable_variable_that_the_file_does_not_name_goes_and_a_secret_one_stays(place: Place) -> None:
    variables = {"OLD": "1", "SECRET": {"ciphertext": "AAABAOciphertext"}, "PLAIN": {"isSecret": False, "value": "x"}}
    place.stack().settings = {"operationContext": {"environmentVariables": dict(variables)}}
    told = deployments("--yes")
    assert told.exit_code == 0
    assert "change   operationContext.environmentVariables.OLD: 1 → none\n" in told.stdout
    assert "change   operationContext.environmentVariables.PLAIN: x → none\n" in told.stdout
    assert "kept     secret variable SECRET, which somebody set\n" in told.stdout
    assert "AAABAO" not in told.output
    written = place.stack().settings
    assert written is not None
    assert set(written["operationContext"]["environmentVariables"]) == {"SECRET"}


def test_settings_of_the_older_form_are_taken_as_they_are(place: Place) -> None:
    stack = set_up(place)
    assert stack.settings is not None
    vcs = stack.settings.pop("vcs")
    vcs.pop("provider")
    stack.settings["gitHub"] = vcs
    assert deployments().exit_code == 0


def test_the_login_of_another_cloud_and_what_narrows_a_session_go(place: Place) -> None:
    stack = set_up(place)
    assert stack.settings is not None
    stack.settings["operationContext"]["oidc"] |= {"gcp": {"projectId": "1"}}
    stack.settings["operationContext"]["oidc"]["aws"]["duration"] = "2h"
    assert deployments("--yes").exit_code == 0
    assert place.cloud.written[-1][2] == {"operationContext": {"oidc": {"aws": {"duration": None}, "gcp": None}}}


def test_an_image_and_runners_of_ones_own_go_back_to_pulumis(place: Place) -> None:
    stack = set_up(place, image="acme/runner:1", runnerPool="pool-1")
    assert stack.settings is not None
    assert "preRunCommands" not in stack.settings["operationContext"]  # its owner's machines have the tools
    set_up(place)
    assert "agentPoolID" not in stack.settings or stack.settings["agentPoolID"] is None
    assert place.stack().settings is not None
    assert "executorImage" not in (place.stack().settings or {})["executorContext"]


def test_all_stacks_of_the_file_are_looked_at_and_off_ones_are_not(place: Place) -> None:
    place.write(settings(aks={"login": LOGINS["aks"]}, eks={"login": LOGINS["eks"]}, local=False))
    told = deployments("--yes")
    assert told.exit_code == 0
    assert "acme/web/aks is as the file says" in told.stdout
    assert "acme/web/eks is as the file says" in told.stdout
    assert "local" not in told.stdout
    assert place.stack("local").settings is None


# What does not work


def test_what_is_done_and_what_is_not_is_said_when_a_step_fails(place: Place) -> None:
    place.write(settings(eks={"login": LOGINS["eks"], "drift": DAILY}))
    place.cloud.refuses["POST drift/schedules"] = [Reply(403, {"message": "no"})]
    told = deployments("--yes")
    assert told.exit_code == 1
    assert "may not make the drift schedule of acme/web/eks (403): no" in told.stderr
    assert told.stderr.rstrip().endswith("; of acme/web/eks so far: the settings are set")
    assert deployments("--yes").exit_code == 0
    assert len(place.stack().schedules) == 1


def test_nothing_is_changed_when_one_of_the_stacks_cannot_be_read(place: Place) -> None:
    place.write(settings(aks={"login": LOGINS["aks"]}, eks={"login": LOGINS["eks"]}))
    del place.cloud.stacks["acme/web/eks"]
    told = deployments("--yes")
    assert told.exit_code == 1
    assert "has no stack acme/web/eks, or the token may not see it (404)" in told.stderr
    assert place.cloud.written == []


def test_what_the_service_takes_and_does_not_keep_is_told(place: Place) -> None:
    place.cloud.forgets.add("vcs")
    told = deployments("--yes")
    assert told.exit_code == 1
    assert "the service does not keep all of it: vcs.provider, vcs.repository" in told.stderr
    assert "type: pulumi deployment settings get -s acme/web/eks" in told.stderr


def test_a_run_that_its_cloud_did_not_trust_is_named_with_its_subject(place: Place) -> None:
    stack = set_up(place)
    step = {"name": "Fetch provider credentials via OIDC", "status": "failed"}
    stack.runs = [{"version": 34, "pulumiOperation": "update", "jobs": [{"status": "failed", "steps": [step]}]}]
    told = deployments()
    assert told.exit_code == 3
    subject = "pulumi:deploy:org:acme:project:web:stack:eks:operation:update:scope:write"
    assert f"wrong    run 34 got no login: the cloud does not trust {subject}\n" in told.stdout
    assert "  type   .venv/bin/python -m ops deployments -s eks --trust\n" in told.stdout
    stack.runs.insert(0, {"version": 35, "pulumiOperation": "update", "jobs": [{"steps": [{**step, "status": "ok"}]}]})
    assert deployments().exit_code == 0


def test_yes_and_trust_exclude_each_other() -> None:
    told = deployments("--yes", "--trust")
    assert (told.exit_code, "exclude each other" in " ".join(told.stderr.split())) == (2, True)
