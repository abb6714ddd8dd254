"""What makes a cloud trust a job of a pipeline: the commands, for exactly the identity that the job has. Pure.

A job of GitHub, GitLab or Azure DevOps shows a cloud a token (OpenID Connect) that says who issued it (`iss`), for whom
it is (`aud`) and who the job is (`sub`). A cloud lets in those whom it was told to. Forms of the commands:
learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust, docs.aws.amazon.com IAM
id_roles_providers_create_oidc, cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines,
pulumi.com/docs/administration/access-identity/oidc-issuers.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Truster(StrEnum):
    """Who has to trust the job: a target's cloud, or Pulumi Cloud."""

    AKS = "aks"
    EKS = "eks"
    GKE = "gke"
    PULUMI = "pulumi"


@dataclass(frozen=True)
class Identity:
    """Who a job is; nothing of it is secret."""

    issuer: str
    subject: str
    audience: str


def audience(truster: Truster, variables: Mapping[str, str]) -> str:
    """For whom the token of the login is: what the four actions of GitHub ask for by default."""
    if truster is Truster.GKE:
        return f"https://iam.googleapis.com/{_of(variables, 'GOOGLE_IDENTITY_PROVIDER', _PROVIDER)}"
    organization = _of(variables, "PULUMI_ORGANIZATION", "ORGANIZATION")
    return {
        Truster.AKS: "api://AzureADTokenExchange",
        Truster.EKS: "sts.amazonaws.com",
        Truster.PULUMI: f"urn:pulumi:org:{organization}",
    }[truster]


_PROVIDER = "projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER"


def explained(truster: Truster, identity: Identity, variables: Mapping[str, str]) -> str:
    """Lines for a person: who the job is, and what to type so that it is trusted.

    Args:
        truster: who refused.
        identity: of the job.
        variables: AZURE_CLIENT_ID, AWS_ROLE, GOOGLE_… and PULUMI_ORGANIZATION as far as they are known.
    """
    commands = {
        Truster.AKS: _azure,
        Truster.EKS: _aws,
        Truster.GKE: _google,
        Truster.PULUMI: _pulumi,
    }[truster](identity, variables)
    lines = [
        f"This job is, for {_NAMES[truster]}:",
        f"  issuer    {identity.issuer}",
        f"  subject   {identity.subject}",
        f"  audience  {identity.audience}",
        "Only whoever is told to trusts it. Type, with the rights of an owner:",
        *(f"  {each}" for each in commands),
        "The subject must be this one, letter by letter. More: docs/ci.md",
    ]
    return "\n".join(lines)


_NAMES = {
    Truster.AKS: "Azure",
    Truster.EKS: "AWS",
    Truster.GKE: "Google Cloud",
    Truster.PULUMI: "Pulumi Cloud",
}


def _azure(identity: Identity, variables: Mapping[str, str]) -> list[str]:
    client = _of(variables, "AZURE_CLIENT_ID", "CLIENT_ID")
    parameters = {
        "name": _name(identity.subject),
        "issuer": identity.issuer,
        "subject": identity.subject,
        "audiences": [identity.audience],
    }
    return [f"az ad app federated-credential create --id {shlex.quote(client)} --parameters {_json(parameters)}"]


def _aws(identity: Identity, variables: Mapping[str, str]) -> list[str]:
    role = _of(variables, "AWS_ROLE", "arn:aws:iam::ACCOUNT:role/ROLE")
    account = role.split(":")[4] if role.count(":") >= 5 else "ACCOUNT"  # noqa: PLR2004
    policy = aws_trust("aws", account, identity.issuer, identity.audience, identity.subject)
    name = role.rpartition("/")[2]
    return [
        f"aws iam create-open-id-connect-provider --url {identity.issuer} --client-id-list {identity.audience}",
        f"aws iam update-assume-role-policy --role-name {shlex.quote(name)} --policy-document {_json(policy)}",
    ]


def aws_trust(partition: str, account: str, issuer: str, audience: str, subject: str | list[str]) -> dict[str, object]:
    """The trust policy of a role: whoever an issuer calls so, and nobody else."""
    host = issuer.removeprefix("https://")
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:{partition}:iam::{account}:oidc-provider/{host}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{host}:aud": audience, f"{host}:sub": subject}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _google(identity: Identity, variables: Mapping[str, str]) -> list[str]:
    provider = _of(variables, "GOOGLE_IDENTITY_PROVIDER", _PROVIDER)
    account = _of(variables, "GOOGLE_SERVICE_ACCOUNT", "ACCOUNT@PROJECT.iam.gserviceaccount.com")
    pool, _, name = provider.partition("/providers/")
    number = pool.split("/")[1] if pool.count("/") else "NUMBER"
    place = f"--project {number} --location global --workload-identity-pool {pool.rpartition('/')[2]}"
    condition = shlex.quote(_condition(identity.subject))
    member = shlex.quote(f"principal://iam.googleapis.com/{pool}/subject/{identity.subject}")
    return [
        f"gcloud iam workload-identity-pools providers create-oidc {name} {place} --issuer-uri {identity.issuer} "
        f"--attribute-mapping google.subject=assertion.sub --attribute-condition {condition}",
        f"gcloud iam service-accounts add-iam-policy-binding {account} --role roles/iam.workloadIdentityUser "
        f"--member {member}",
    ]


def _condition(subject: str) -> str:
    """Who may use the provider at all: any environment of the repository; the binding names the one."""
    repository, environment, _ = subject.partition(":environment:")
    return f"assertion.sub.startsWith('{repository}{environment}')" if environment else f"assertion.sub == '{subject}'"


def _pulumi(identity: Identity, variables: Mapping[str, str]) -> list[str]:
    organization = _of(variables, "PULUMI_ORGANIZATION", "ORGANIZATION")
    return [
        f"in https://app.pulumi.com/{organization}/settings/oidc: register the issuer {identity.issuer}, and give it a",
        f"policy that allows an organization token for aud {identity.audience} and sub {identity.subject}",
    ]


def _of(variables: Mapping[str, str], name: str, otherwise: str) -> str:
    return variables.get(name) or otherwise


def _name(subject: str) -> str:
    """A name for a federated credential: at most 120 letters, digits, dashes and underscores (Microsoft Graph)."""
    return "".join(each if each.isalnum() else "-" for each in subject)[-120:].strip("-")


def _json(document: object) -> str:
    return shlex.quote(json.dumps(document, separators=(",", ":")))
