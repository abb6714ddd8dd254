"""What Pulumi Cloud should have for a stack, in the names of its REST API. Pure.

Sources: pulumi/pulumi v3.274.1, sdk/go/common/apitype/deployments.go and cmd/pulumi/deployment; pulumi-cloud-sdk
20261104, apitype (DeploymentSettingsRequest). `None` stands for what must not be there. `vcs` is taken by the service
as a whole; what else is an object is merged, so that everything that the file decides is named here.
"""

from ops.deployments_model import AwsLogin, AzureLogin, DeploymentsFile, GoogleLogin, Login, StackDeployments
from ops.deployments_stack import DeployedStack
from ops.deployments_tools import Tools, tools
from pulls.kubelet.objects import Json

SESSION = "${stack.name}-${deployment.id}"
"""Name of AWS's session, which CloudTrail shows; the service fills it in (pulumi/docs, deployments/guides/oidc/aws)."""


def wanted_settings(file: DeploymentsFile, stack: DeployedStack, own: StackDeployments) -> Json:
    """The deployment settings of a stack.

    Args:
        file: all of deployments/settings.yaml.
        stack: as its file describes it.
        own: what deployments/settings.yaml says of it.
    """
    login = _oidc(own.login)
    # A runner of the team's own has the tools and the docker engine that the team gave it.
    by_oidc = any(each is not None for each in login.values())
    needed = Tools() if own.runner_pool else tools(stack.target, by_oidc=by_oidc, builds=bool(stack.builds))
    return {
        "vcs": {
            "provider": file.source.provider,
            "repository": file.source.repository,
            "deployCommits": own.push,
            "previewPullRequests": own.previews,
            "paths": [each.replace("{stack}", stack.name) for each in file.paths],
        },
        "sourceContext": {"git": _git(file), "template": None, "hg": None},
        "executorContext": {"executorImage": None if own.image is None else {"reference": own.image}},
        "operationContext": {
            "preRunCommands": list(needed.commands),
            "environmentVariables": {**needed.variables, **own.variables},
            "options": {"skipIntermediateDeployments": True, "deleteAfterDestroy": False},
            "oidc": login,
        },
        "agentPoolID": own.runner_pool,
    }


def wanted_drift(own: StackDeployments) -> Json | None:
    """The body of the drift schedule; None for none."""
    if own.drift is None:
        return None
    return {"scheduleCron": own.drift.schedule, "autoRemediate": own.drift.remediate}


def _git(file: DeploymentsFile) -> Json:
    # The integration knows the URL and its own login; a stored one would be used in its place, or be refused.
    absent = dict.fromkeys(("repoUrl", "commit", "tag", "gitAuth"))
    return {"branch": file.source.branch, "repoDir": file.source.folder or None, **absent}


def _oidc(login: Login) -> Json:
    return {
        "aws": _aws(login.aws) if login.aws else None,
        "azure": _azure(login.azure) if login.azure else None,
        "gcp": _google(login.gcp) if login.gcp else None,
    }


def _aws(login: AwsLogin) -> Json:
    return {"roleArn": login.role_arn, "sessionName": SESSION, "duration": None, "policyArns": None}


def _azure(login: AzureLogin) -> Json:
    return {"clientId": login.client_id, "tenantId": login.tenant_id, "subscriptionId": login.subscription_id}


def _google(login: GoogleLogin) -> Json:
    return {
        "projectId": login.project_number,  # the API's name for the number
        "workloadPoolId": login.pool,
        "providerId": login.provider,
        "serviceAccount": login.service_account,
        "region": None,
        "tokenLifetime": None,
    }
