"""Who a job of a pipeline is, and what makes a cloud trust it; the token itself is shown nowhere."""

import json
import shlex
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.trust import Identity, Truster, audience
from ops.trust_show import explained
from ops.trust_steps import Step, steps
from ops.trust_token import NoIdentityError, claims, identity
from tests.e2e.oidc_tokens import token_of
from tests.unit.team_documents import fitting

SUBJECT = "repo:team/web:environment:preview"
GITHUB = Identity("https://token.actions.githubusercontent.com", SUBJECT, "aud")
PROVIDER = "projects/42/locations/global/workloadIdentityPools/ci/providers/github"
VARIABLES = {
    "AZURE_CLIENT_ID": "11111111-1111-4111-8111-111111111111",
    "AWS_ROLE": "arn:aws:iam::123456789012:role/ci/preview",
    "GOOGLE_IDENTITY_PROVIDER": PROVIDER,
    "GOOGLE_SERVICE_ACCOUNT": "preview@web.iam.gserviceaccount.com",
    "PULUMI_ORGANIZATION": "team",
}
_RIGHT = "secret-right-to-ask"


def commands(truster: Truster, variables: Mapping[str, str] = VARIABLES) -> list[list[str]]:
    """The words of the commands, as a shell takes them apart."""
    lines = explained(truster, Identity(GITHUB.issuer, SUBJECT, audience(truster, variables)), variables).splitlines()
    return [shlex.split(each) for each in lines if each.startswith(("  az ", "  aws ", "  gcloud "))]


@contextmanager
def issuing(token: str, status: int = 200) -> Generator[tuple[str, list[str]]]:
    """GitHub's address for tokens, and the audiences that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            right = self.headers["Authorization"] == f"bearer {_RIGHT}" and query["api-version"] == ["2.0"]
            asked.extend(query.get("audience", []))
            self.send_response(status if right else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"value": token}).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            _ = format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/token?api-version=2.0", asked
        finally:
            server.shutdown()
            thread.join()


def job(url: str) -> dict[str, str]:
    return {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": _RIGHT}


def test_azure_is_told_issuer_subject_and_audience_of_the_application() -> None:
    ((*words, parameters),) = commands(Truster.AKS)
    assert words[:4] == ["az", "ad", "app", "federated-credential"]
    assert words[words.index("--id") + 1] == VARIABLES["AZURE_CLIENT_ID"]
    assert json.loads(parameters) == {
        "name": "repo-team-web-environment-preview",
        "issuer": GITHUB.issuer,
        "subject": SUBJECT,
        "audiences": ["api://AzureADTokenExchange"],
    }


def test_aws_is_told_exactly_one_subject_and_audience_for_the_role() -> None:
    provider, role = commands(Truster.EKS)
    host = GITHUB.issuer.removeprefix("https://")
    assert provider[-3:] == [GITHUB.issuer, "--client-id-list", "sts.amazonaws.com"]
    assert role[role.index("--role-name") + 1] == "preview"
    (statement,) = json.loads(role[-1])["Statement"]
    assert statement["Principal"] == {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{host}"}
    assert statement["Condition"] == {"StringEquals": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": SUBJECT}}


def test_google_is_told_the_repository_for_the_pool_and_the_subject_for_the_account() -> None:
    provider, there, binding = commands(Truster.GKE)
    assert provider[4:6] == ["create-oidc", "github"]
    assert there == ["update-oidc" if each == "create-oidc" else each for each in provider]
    assert provider[provider.index("--project") + 1] == "42"
    assert provider[provider.index("--workload-identity-pool") + 1] == "ci"
    assert provider[-1] == "assertion.sub.startsWith('repo:team/web:environment:')"
    assert binding[3:5] == ["add-iam-policy-binding", VARIABLES["GOOGLE_SERVICE_ACCOUNT"]]
    pool = PROVIDER.partition("/providers/")[0]
    assert binding[-1] == f"principal://iam.googleapis.com/{pool}/subject/{SUBJECT}"


def test_google_trusts_one_subject_alone_where_it_names_no_environment() -> None:
    text = explained(Truster.GKE, Identity("https://gitlab.com", BRANCH, "aud"), {**VARIABLES, **DEFAULT})
    assert f"assertion.sub == '{BRANCH}'" in " ".join(shlex.split(text.replace("# ", "")))


BRANCH = "project_path:team/web:ref_type:branch:ref:fix/it"
DEFAULT = {"CI_DEFAULT_BRANCH": "fix/it"}
GITLAB = {**VARIABLES, "CI_PROJECT_ID": "77", "CI_DEFAULT_BRANCH": "main"}
PATTERN = "project_path:team/web:ref_type:branch:ref:*"


def of_gitlab(truster: Truster, subject: str = BRANCH, variables: Mapping[str, str] = GITLAB) -> list[Step]:
    return steps(truster, Identity("https://gitlab.com", subject, "aud"), variables)


def test_azure_is_told_the_pattern_of_a_merge_requests_branches_and_the_number_of_their_project() -> None:
    (step,) = of_gitlab(Truster.AKS)
    *words, body = shlex.split(step.command)
    client = VARIABLES["AZURE_CLIENT_ID"]
    url = f"https://graph.microsoft.com/beta/applications(appId='{client}')/federatedIdentityCredentials"
    assert words == ["az", "rest", "--method", "post", "--url", url, "--body"]
    assert json.loads(body) == {
        "name": "project-path-team-web-ref-type-branch-ref",
        "issuer": "https://gitlab.com",
        "audiences": ["aud"],
        "claimsMatchingExpression": {
            "value": f"claims['sub'] matches '{PATTERN}' and claims['project_id'] eq '77'",
            "languageVersion": 1,
        },
    }


def test_aws_is_told_the_pattern_and_still_exactly_one_audience() -> None:
    role = shlex.split(of_gitlab(Truster.EKS)[-1].command)
    (statement,) = json.loads(role[-1])["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"gitlab.com:aud": "aud"},
        "StringLike": {"gitlab.com:sub": PATTERN},
    }


def test_google_is_told_the_project_of_a_merge_requests_branches() -> None:
    provider, _, binding = (shlex.split(each.command) for each in of_gitlab(Truster.GKE))
    assert provider[-3:] == [
        "google.subject=assertion.sub,attribute.project_path=assertion.project_path",
        "--attribute-condition",
        "assertion.project_path == 'team/web'",
    ]
    pool = PROVIDER.partition("/providers/")[0]
    assert binding[-1] == f"principalSet://iam.googleapis.com/{pool}/attribute.project_path/team/web"


@pytest.mark.parametrize("truster", Truster)
def test_the_default_branch_and_what_is_no_branch_are_trusted_alone(truster: Truster) -> None:
    tag = BRANCH.replace("branch", "tag")
    for subject, variables in ((BRANCH, {**GITLAB, **DEFAULT}), (tag, GITLAB)):
        text = explained(truster, Identity("https://gitlab.com", subject, "aud"), variables)
        assert "letter by letter" in text
        assert PATTERN not in text
    text = explained(truster, Identity("https://gitlab.com", BRANCH, "aud"), GITLAB)
    assert "letter by letter" not in text
    assert "every branch of the project is trusted like that" in text


def test_what_a_command_replaces_is_said_before_it() -> None:
    for truster, verb, said in (
        (Truster.EKS, "update-assume-role-policy", "  # the next one replaces whoever the role trusts now"),
        (Truster.GKE, "update-oidc", "  # only where the provider is there already, in place of the first"),
    ):
        lines = explained(truster, GITHUB, VARIABLES).splitlines()
        (place,) = (number for number, line in enumerate(lines) if f" {verb} " in line)
        assert lines[place - 1].startswith(said)


def test_pulumi_cloud_is_told_in_its_own_page() -> None:
    text = explained(Truster.PULUMI, GITHUB, VARIABLES)
    assert "https://app.pulumi.com/team/settings/oidc" in text
    assert f"sub {SUBJECT}" in text


@pytest.mark.parametrize("truster", Truster)
def test_what_is_not_known_is_a_word_to_be_replaced(truster: Truster) -> None:
    text = explained(truster, Identity(GITHUB.issuer, SUBJECT, audience(truster, {})), {})
    assert SUBJECT in text
    assert any(each in text for each in ("CLIENT_ID", "ACCOUNT", "NUMBER", "ORGANIZATION"))


@pytest.mark.parametrize(
    ("truster", "wanted"),
    [
        (Truster.AKS, "api://AzureADTokenExchange"),
        (Truster.EKS, "sts.amazonaws.com"),
        (Truster.GKE, f"https://iam.googleapis.com/{PROVIDER}"),
        (Truster.PULUMI, "urn:pulumi:org:team"),
    ],
)
def test_the_token_is_asked_for_whom_the_login_asks_it(truster: Truster, wanted: str) -> None:
    token = token_of("https://issuer", SUBJECT, wanted)
    with issuing(token) as (url, asked):
        found = identity(job(url), audience(truster, VARIABLES))
    assert asked == [wanted]
    assert found == Identity("https://issuer", SUBJECT, wanted)


def test_a_token_that_the_pipeline_gives_is_read_as_it_is() -> None:
    token = token_of("https://gitlab.com", "project_path:team/web", "sts.amazonaws.com")
    assert identity({"OIDC_TOKEN": token}, "another").subject == "project_path:team/web"


def test_of_several_audiences_the_first_is_named() -> None:
    assert claims(token_of("i", "s", ["one", "two"])).audience == "one"


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "a.e30.c", "a.W10.c", "a.bnVsbA.c", "a.é.c"])
def test_what_is_no_token_is_refused_without_its_text(token: str) -> None:
    with pytest.raises(NoIdentityError, match="no JSON web token") as refusal:
        claims(token)
    assert not token or token not in str(refusal.value)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "elsewhere give the job's token as OIDC_TOKEN"),
        ({"GITHUB_ACTIONS": "true"}, "permissions: {id-token: write}. A pull request from a fork never gets it"),
        ({"ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:1/x"}, "id-token: write"),
    ],
)
def test_a_job_without_the_right_is_told_what_to_write(environment: dict[str, str], said: str) -> None:
    with pytest.raises(NoIdentityError) as refusal:
        identity(environment, "aud")
    assert said in str(refusal.value)


@pytest.mark.parametrize("status", [401, 500])
def test_an_answer_that_is_no_token_is_told_without_the_right_to_ask(status: int) -> None:
    with issuing("x", status) as (url, _), pytest.raises(NoIdentityError) as refusal:
        identity(job(url), "aud")
    assert "HTTPStatusError" in str(refusal.value)
    assert _RIGHT not in str(refusal.value)


def test_an_address_that_nobody_answers_at_is_told() -> None:
    with pytest.raises(NoIdentityError, match="ConnectError"):
        identity(job("http://127.0.0.1:1/token"), "aud")


def run(environment: dict[str, str], *words: str) -> Any:
    # The variables of this very job must not answer for it.
    none = dict.fromkeys(("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "OIDC_TOKEN"), "")
    return CliRunner().invoke(app, ["trust", *words], env={**none, **environment})


def test_the_command_shows_who_the_job_is_and_no_token() -> None:
    token = token_of(GITHUB.issuer, SUBJECT, "x")
    done = run({"OIDC_TOKEN": token, "VARIABLES": json.dumps(VARIABLES)}, "eks")
    assert done.exit_code == 0
    assert SUBJECT in done.stdout
    assert "--role-name preview" in done.stdout
    assert token not in done.output


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_variables_that_are_none_are_as_if_nobody_gave_them(text: str) -> None:
    done = run({"OIDC_TOKEN": token_of("i", "s", "a"), "VARIABLES": text, "AZURE_CLIENT_ID": "abc"}, "aks")
    assert "--id abc" in done.stdout


def test_the_command_says_in_one_line_that_there_is_no_identity() -> None:
    done = run({}, "aks")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: no pipeline's identity here")


@pytest.mark.parametrize("truster", Truster)
def test_a_script_is_told_the_same(truster: Truster) -> None:
    for subject, pattern in ((SUBJECT, None), (BRANCH, PATTERN)):
        token = token_of("https://gitlab.com", subject, "aud")
        done = run({"OIDC_TOKEN": token, "VARIABLES": json.dumps(VARIABLES)}, truster, "--json")
        found = fitting("trust", done.stdout)
        assert (found["truster"], found["subject"], found["pattern"]) == (truster, subject, pattern)
        told = explained(truster, Identity("https://gitlab.com", subject, "aud"), VARIABLES)
        assert all(each["command"] in told and each["note"] in told for each in found["steps"])
        assert token not in done.output


def test_an_unknown_cloud_is_named_with_those_that_are_known() -> None:
    done = run({}, "azure")
    assert done.exit_code == 2
    assert "aks" in done.stderr
