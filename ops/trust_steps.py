"""What to type so that a cloud trusts a job, and no other. Pure.

Forms of the commands: learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust and, for a
pattern, workload-identities-flexible-federated-identity-credentials there (its own form is of Graph's beta),
docs.aws.amazon.com IAM id_roles_providers_create_oidc, cloud.google.com/iam/docs
workload-identity-federation-with-deployment-pipelines, pulumi.com/docs/administration/access-identity/oidc-issuers.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from ops.trust import Branches, Identity, Truster, branches, google_provider, known_or

ROLE_NOTE = "the next one replaces whoever the role trusts now: add their statements, if they are to stay"
"""For a command that sets a role's whole trust policy."""


@dataclass(frozen=True)
class Step:
    """One thing to do."""

    command: str
    """What to type; empty where it is done by hand."""
    note: str = ""
    """What to know before it, or to do; may be empty where there is a command."""


def steps(truster: Truster, identity: Identity, variables: Mapping[str, str]) -> list[Step]:
    """What makes it trust the job, in order.

    Args:
        truster: who refused.
        identity: of the job.
        variables: AZURE_CLIENT_ID, AWS_ROLE, GOOGLE_… and PULUMI_ORGANIZATION as far as they are known.
    """
    of = {Truster.AKS: _azure, Truster.EKS: _aws, Truster.GKE: _google, Truster.PULUMI: _pulumi}[truster]
    return of(identity, branches(identity, variables), variables)


def aws_trust(
    partition: str, account: str, issuer: str, audience: str, subject: str | list[str] | Branches
) -> dict[str, object]:
    """The trust policy of a role: whoever an issuer calls so, and nobody else."""
    host = issuer.removeprefix("https://")
    equals: dict[str, object] = {f"{host}:aud": audience}
    condition: dict[str, object] = {"StringEquals": equals}
    if isinstance(subject, Branches):
        condition["StringLike"] = {f"{host}:sub": subject.pattern}
    else:
        equals[f"{host}:sub"] = subject
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:{partition}:iam::{account}:oidc-provider/{host}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _azure(identity: Identity, whole: Branches | None, variables: Mapping[str, str]) -> list[Step]:
    client = known_or(variables, "AZURE_CLIENT_ID", "CLIENT_ID")
    if whole is None:
        own = {"name": _name(identity.subject), "issuer": identity.issuer, "subject": identity.subject}
        parameters = _json({**own, "audiences": [identity.audience]})
        return [Step(f"az ad app federated-credential create --id {shlex.quote(client)} --parameters {parameters}")]
    number = known_or(variables, "CI_PROJECT_ID", "ID")
    matches = f"claims['sub'] matches '{whole.pattern}' and claims['project_id'] eq '{number}'"
    expression = {"value": matches, "languageVersion": 1}
    of = {"name": _name(whole.pattern), "issuer": identity.issuer, "audiences": [identity.audience]}
    body = {**of, "claimsMatchingExpression": expression}
    url = f"https://graph.microsoft.com/beta/applications(appId='{client}')/federatedIdentityCredentials"
    return [Step(f"az rest --method post --url {shlex.quote(url)} --body {_json(body)}")]


def _aws(identity: Identity, whole: Branches | None, variables: Mapping[str, str]) -> list[Step]:
    role = known_or(variables, "AWS_ROLE", "arn:aws:iam::ACCOUNT:role/ROLE")
    account = role.split(":")[4] if role.count(":") >= 5 else "ACCOUNT"  # noqa: PLR2004
    policy = aws_trust("aws", account, identity.issuer, identity.audience, whole or identity.subject)
    name = shlex.quote(role.rpartition("/")[2])
    return [
        Step(f"aws iam create-open-id-connect-provider --url {identity.issuer} --client-id-list {identity.audience}"),
        Step(f"aws iam update-assume-role-policy --role-name {name} --policy-document {_json(policy)}", ROLE_NOTE),
    ]


def _google(identity: Identity, whole: Branches | None, variables: Mapping[str, str]) -> list[Step]:
    account = known_or(variables, "GOOGLE_SERVICE_ACCOUNT", "ACCOUNT@PROJECT.iam.gserviceaccount.com")
    pool, _, name = google_provider(variables).partition("/providers/")
    number = pool.split("/")[1] if pool.count("/") else "NUMBER"
    mapping, condition = "google.subject=assertion.sub", _condition(identity.subject)
    kind, who = "principal", f"subject/{identity.subject}"
    if whole is not None:
        mapping += ",attribute.project_path=assertion.project_path"
        condition = f"assertion.project_path == '{whole.project}'"
        kind, who = "principalSet", f"attribute.project_path/{whole.project}"
    options = (
        f"{name} --project {number} --location global --workload-identity-pool {pool.rpartition('/')[2]} "
        f"--issuer-uri {identity.issuer} --attribute-mapping {mapping} --attribute-condition {shlex.quote(condition)}"
    )
    providers = "gcloud iam workload-identity-pools providers"
    member = shlex.quote(f"{kind}://iam.googleapis.com/{pool}/{who}")
    return [
        Step(f"{providers} create-oidc {options}"),
        Step(
            f"{providers} update-oidc {options}",
            "only where the provider is there already, in place of the first: it replaces its mapping and condition",
        ),
        Step(
            f"gcloud iam service-accounts add-iam-policy-binding {account} --role roles/iam.workloadIdentityUser "
            f"--member {member}"
        ),
    ]


def _condition(subject: str) -> str:
    """Who may use the provider at all: any environment of the repository; the binding names the one."""
    repository, environment, _ = subject.partition(":environment:")
    return f"assertion.sub.startsWith('{repository}{environment}')" if environment else f"assertion.sub == '{subject}'"


def _pulumi(identity: Identity, whole: Branches | None, variables: Mapping[str, str]) -> list[Step]:
    organization = known_or(variables, "PULUMI_ORGANIZATION", "ORGANIZATION")
    subject = identity.subject if whole is None else whole.pattern
    where = f"in https://app.pulumi.com/{organization}/settings/oidc: register the issuer {identity.issuer}, and give"
    what = f"it a policy that allows an organization token for aud {identity.audience} and sub {subject}"
    return [Step("", f"{where} {what}")]


def _name(subject: str) -> str:
    """A name for a federated credential: at most 120 letters, digits, dashes and underscores (Microsoft Graph)."""
    return "".join(each if each.isalnum() else "-" for each in subject)[-120:].strip("-")


def _json(document: object) -> str:
    return shlex.quote(json.dumps(document, separators=(",", ":")))
