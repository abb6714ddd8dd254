"""The shape of deployments/settings.yaml: what Pulumi Deployments does with each stack.

Names are this project's own; ops/deployments_wanted.py puts them into those of Pulumi Cloud. Extra keys are refused.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from components.cloud_domain import PROJECT_ID, ResourceGroupName, Rule, SubscriptionId
from components.settings_model import Model

_GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ACCOUNT = rf"[a-z][a-z0-9-]{{4,28}}[a-z0-9]@({PROJECT_ID.pattern})\.iam\.gserviceaccount\.com"

Organization = Annotated[
    str,
    AfterValidator(
        Rule("an organization of Pulumi Cloud", r"[a-z0-9][a-z0-9_.-]{0,99}", "its name in lower case", str.lower)
    ),
]
Repository = Annotated[
    str, AfterValidator(Rule("a repository", r"[\w.-]+(/[\w. -]+)+", "OWNER/NAME, without a host or .git"))
]
Cron = Annotated[
    str, AfterValidator(Rule("a schedule", r"[\w*/,-]+( [\w*/,?-]+){4}", "cron's five fields, such as 0 5 * * *"))
]
Identity = Annotated[str, AfterValidator(Rule("an Azure identity", r"[A-Za-z0-9][\w-]{2,127}", "its name, no id"))]
Guid = Annotated[str, AfterValidator(Rule("an id of Azure", _GUID, "a GUID in lower case", str.lower))]
RoleArn = Annotated[
    str,
    AfterValidator(
        Rule(
            "the ARN of a role",
            r"arn:aws[a-z-]*:iam::\d{12}:role/([\w+=,.@-]+/)*[\w+=,.@-]{1,64}",
            "arn:aws:iam::ACCOUNT:role/NAME",
        )
    ),
]
ProjectNumber = Annotated[
    str, AfterValidator(Rule("the number of a Google Cloud project", r"\d{6,15}", "its number in quotes, not its id"))
]
PoolName = Annotated[
    str, AfterValidator(Rule("a name in workload identity", r"[a-z][a-z0-9-]{3,31}", "4 to 32 of a-z, 0-9 and -"))
]
ServiceAccount = Annotated[
    str, AfterValidator(Rule("a service account", _ACCOUNT, "NAME@PROJECT.iam.gserviceaccount.com"))
]


class Source(Model):
    """Where runs get the program from, by an integration of Pulumi Cloud with it."""

    provider: Literal["github", "gitlab", "azure_devops", "bitbucket"] = "github"
    """Who keeps the repository."""
    repository: Repository
    """As the provider names it, such as `acme/infrastructure`."""
    branch: str = Field(default="main", min_length=1)
    """Whose pushes are deployed, and into which pull requests are previewed."""
    folder: str = ""
    """Of Pulumi.yaml in the repository; its root if not given."""


class Drift(Model):
    """When the cloud is compared with the state."""

    schedule: Cron
    """Five fields of cron, UTC."""
    remediate: bool = False
    """Whether the program is deployed over what somebody changed by hand."""


class AzureLogin(Model):
    """A user-assigned identity that trusts the runs of a stack."""

    identity: Identity
    """Its name."""
    resource_group: ResourceGroupName
    """Where it is."""
    client_id: Guid
    """Its client id."""
    tenant_id: Guid
    """The directory that it is in."""
    subscription_id: SubscriptionId
    """The one that the stack deploys to."""


class AwsLogin(Model):
    """A role that trusts the runs of a stack."""

    role_arn: RoleArn
    """The role."""


class GoogleLogin(Model):
    """A service account that the runs of a stack may act as."""

    project_number: ProjectNumber
    """Of the project with the pool."""
    pool: PoolName
    """Workload identity pool."""
    provider: PoolName
    """Provider in it, for Pulumi Cloud's tokens."""
    service_account: ServiceAccount
    """Its e-mail address."""

    @property
    def project(self) -> str:
        """The id of the project that the service account is in."""
        return self.service_account.partition("@")[2].removesuffix(".iam.gserviceaccount.com")


class Login(Model):
    """How runs log in to the stack's cloud: one of the three."""

    azure: AzureLogin | None = None
    """For AKS."""
    aws: AwsLogin | None = None
    """For EKS."""
    gcp: GoogleLogin | None = None
    """For GKE."""


class StackDeployments(Model):
    """What Pulumi Deployments does with one stack."""

    previews: bool = True
    """Whether pull requests are previewed."""
    push: bool = False
    """Whether a push to the branch is deployed."""
    drift: Drift | None = None
    """When drift is looked for; never if not given."""
    ttl: bool = False
    """Whether it is destroyed at the moment in its tag `expires`."""
    login: Login = Login()
    """How runs log in to the cloud; by an environment of the stack if not given."""
    runner_pool: str | None = None
    """Id of runners of your own; Pulumi's if not given."""
    image: str | None = None
    """Image that runs are in; Pulumi's default if not given."""
    variables: Mapping[str, str] = Field(default_factory=dict)
    """Further environment variables, readable by everybody; secret ones are set with pulumi and stay as they are."""


def _switched(value: object) -> object:
    """`off`, which some readers of YAML take for false, as nothing."""
    return None if value is False or value == "off" else value


class DeploymentsFile(Model):
    """All of the file."""

    organization: Organization
    """Of Pulumi Cloud."""
    source: Source
    """The repository."""
    paths: tuple[str, ...] = Field(min_length=1, strict=False)
    """What a push must change; `{stack}` stands for the stack's name."""
    stacks: Mapping[str, Annotated[StackDeployments | None, BeforeValidator(_switched)]]
    """Stack → what is done with it; `off` for nothing."""
