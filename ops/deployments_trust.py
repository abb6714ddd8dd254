"""The commands by which a cloud trusts the runs of a stack. Pure.

Each run has a token of Pulumi Cloud: its issuer, the organization as its audience, and a subject that names the stack
and the operation (pulumi/docs, deployments/guides/oidc). Azure and Google compare the whole subject, so that each
operation is trusted by itself; AWS takes a list. Pulumi's page on tokens has four operations, and a run of drift
reports one of two more (PULUMI_CI_OPERATION); which subject such a run has is said nowhere, so both are trusted.
"""

import json
import shlex

from ops.deployments_model import AwsLogin, AzureLogin, GoogleLogin, StackDeployments
from ops.deployments_stack import DeployedStack
from ops.trust_steps import ROLE_NOTE, Step, aws_trust

ISSUER = "https://api.pulumi.com/oidc"
LONGEST_SUBJECT = 127
"""Bytes that Google maps to a subject (cloud.google.com/iam/docs/workload-identity-federation, google.subject)."""
_OPERATIONS = ("preview", "update", "refresh", "destroy")
_OF_DRIFT = ("detect-drift", "remediate-drift")


def operations(own: StackDeployments) -> tuple[str, ...]:
    """What runs of a stack do."""
    return _OPERATIONS if own.drift is None else (*_OPERATIONS, *_OF_DRIFT)


def subject(stack: DeployedStack, operation: str) -> str:
    """Who a run is."""
    whose = f"pulumi:deploy:org:{stack.organization}:project:{stack.project}:stack:{stack.name}"
    return f"{whose}:operation:{operation}:scope:write"


def subjects(stack: DeployedStack, own: StackDeployments) -> list[str]:
    """The subjects of its runs, one for each operation."""
    return [subject(stack, each) for each in operations(own)]


def trust_commands(stack: DeployedStack, own: StackDeployments) -> list[str]:
    """What to type, in order; nothing where the stack has no login of its own.

    A command that makes what is there already fails, and the next ones still hold.
    """
    login = own.login
    commands: list[str] = []
    if login.azure:
        commands += _azure(stack, own, login.azure)
    if login.aws:
        commands += _aws(stack, own, login.aws)
    if login.gcp:
        commands += _google(stack, own, login.gcp)
    return commands


def trust_steps(stack: DeployedStack, own: StackDeployments) -> list[Step]:
    """The same, with what to know before a command that takes something away."""
    sets = "aws iam update-assume-role-policy "
    return [Step(each, ROLE_NOTE if each.startswith(sets) else "") for each in trust_commands(stack, own)]


def _azure(stack: DeployedStack, own: StackDeployments, login: AzureLogin) -> list[str]:
    where = ("--resource-group", login.resource_group, "--subscription", login.subscription_id)
    # Its answer has the client id and the tenant that the file wants.
    made = [_line("az", "identity", "create", "--name", login.identity, *where)]
    for operation, who in zip(operations(own), subjects(stack, own), strict=True):
        of = ("--name", f"{stack.project}-{stack.name}-{operation}", "--identity-name", login.identity, *where)
        claims = ("--issuer", ISSUER, "--subject", who, "--audiences", stack.organization)
        made.append(_line("az", "identity", "federated-credential", "create", *of, *claims))
    return made


def _aws(stack: DeployedStack, own: StackDeployments, login: AwsLogin) -> list[str]:
    partition, account, path, role = _parts(login.role_arn)
    host = ISSUER.removeprefix("https://")
    provider = f"arn:{partition}:iam::{account}:oidc-provider/{host}"
    policy = json.dumps(aws_trust(partition, account, ISSUER, stack.organization, subjects(stack, own)))
    audience = ("--open-id-connect-provider-arn", provider, "--client-id", stack.organization)
    return [
        _line("aws", "iam", "create-open-id-connect-provider", "--url", ISSUER, "--client-id-list", stack.organization),
        _line(
            "aws", "iam", "add-client-id-to-open-id-connect-provider", *audience
        ),  # where the account has one already
        _line(
            "aws", "iam", "create-role", "--path", path, "--role-name", role, "--assume-role-policy-document", policy
        ),
        _line("aws", "iam", "update-assume-role-policy", "--role-name", role, "--policy-document", policy),
    ]


def _google(stack: DeployedStack, own: StackDeployments, login: GoogleLogin) -> list[str]:
    place = ("--location", "global", "--project", login.project)
    account = login.service_account.partition("@")[0]
    # The provider may serve several stacks of the project; who may act as the account is said for each subject.
    condition = f"assertion.sub.startsWith('pulumi:deploy:org:{stack.organization}:project:{stack.project}:')"
    pool = f"projects/{login.project_number}/locations/global/workloadIdentityPools/{login.pool}"
    made = [
        _line("gcloud", "iam", "workload-identity-pools", "create", login.pool, *place),
        _line(
            *("gcloud", "iam", "workload-identity-pools", "providers", "create-oidc", login.provider, *place),
            *("--workload-identity-pool", login.pool, "--issuer-uri", ISSUER),
            *("--allowed-audiences", stack.organization, "--attribute-mapping", "google.subject=assertion.sub"),
            *("--attribute-condition", condition),
        ),
        _line("gcloud", "iam", "service-accounts", "create", account, "--project", login.project),
    ]
    for who in subjects(stack, own):
        member = f"principal://iam.googleapis.com/{pool}/subject/{who}"
        of = (login.service_account, "--project", login.project, "--role", "roles/iam.workloadIdentityUser")
        made.append(_line("gcloud", "iam", "service-accounts", "add-iam-policy-binding", *of, "--member", member))
    return made


def _parts(arn: str) -> tuple[str, str, str, str]:
    """Partition, account, path such as `/` and name of a role's ARN."""
    _, partition, _, _, account, role = arn.split(":", 5)
    path, _, name = role.removeprefix("role").rpartition("/")
    return partition, account, f"{path}/", name


def _line(*words: str) -> str:
    return shlex.join(words)
