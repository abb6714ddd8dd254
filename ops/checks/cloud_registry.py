"""Whether whoever deploys may push to a registry of a cloud that is there already, with the cloud's own login for it.

Logins: learn.microsoft.com azure/container-registry/container-registry-authentication ("az acr login with
--expose-token"), docs.aws.amazon.com AmazonECR/latest/userguide/registry_auth, docs.cloud.google.com
artifact-registry/docs/docker/authentication. Never tried on a real account.
"""

from dataclasses import dataclass

from components.platforms.eks_checks import partition_of
from components.settings_aks import ExistingAcr
from components.settings_eks import ExistingEcr
from components.settings_gke import ExistingArtifactRegistry
from components.settings_models import AksSettings, EksSettings, GkeSettings, LocalSettings
from ops.checks.cloud import SECONDS, can_ask
from ops.checks.command import run
from ops.checks.finding import Finding, Name, State, ok
from ops.checks.settled import Settled
from ops.checks.upload import Refused, Step, try_repository
from pulls.registry.answer import Outcome
from pulls.registry.login import Login
from pulls.registry.reference import InvalidReference

_STEP_SECONDS = 3.0
_OF_PLACE = frozenset({"image", "cluster", "registry"})
"""Parts of a stack file that say where the registry is."""
_WHY = "the image is pushed there, and the nodes pull it from there"
_AZURE_USER = "00000000-0000-0000-0000-000000000000"
_NO_RIGHT = (Outcome.FORBIDDEN, Outcome.HIDDEN, Outcome.REPOSITORY_MISSING, Outcome.NOT_FOUND)
_SILENT = (Outcome.UNREACHABLE, Outcome.DNS)


@dataclass(frozen=True)
class Place:
    """A repository of a cloud, and how one logs in to it."""

    host: str
    path: str
    user: str
    login: tuple[str, ...]
    """Prints the password."""
    grant: str
    """What gives the right to push."""
    account: tuple[str, ...] = ()
    """Prints what stands for `{account}` in the host."""


def check_cloud_registry(settled: Settled) -> list[Finding]:
    """Try what a push begins with, in a repository that is there already."""
    settings = settled.settings
    assert settings is not None
    assert not isinstance(settings, LocalSettings)
    place = place_of(settings)
    if settled.broken & _OF_PLACE or place is None or not can_ask(place.login[0]):
        return []
    account = _printed(place.account) if place.account else ""
    password = _printed(place.login)
    if isinstance(account, Finding):
        return [account]
    if isinstance(password, Finding):
        return [password]
    host = place.host.format(account=account)
    found = _tried(host, place, password, push=settings.image.digest is None)
    return [each.without({password}) for each in found]


def place_of(settings: AksSettings | EksSettings | GkeSettings) -> Place | None:
    """Where an existing registry is; None for one that the stack makes, and for those of others. Pure."""
    path = settings.image.repository
    if isinstance(settings, AksSettings):
        return _acr(settings.registry, path) if isinstance(settings.registry, ExistingAcr) else None
    if isinstance(settings, EksSettings):
        if not isinstance(settings.registry, ExistingEcr):
            return None
        return _ecr(settings.registry, settings.registry.region or settings.cluster.region, path)
    if not isinstance(settings.registry, ExistingArtifactRegistry):
        return None
    return _artifacts(settings.registry, settings.registry.project or settings.cluster.project, path)


def _acr(registry: ExistingAcr, path: str) -> Place:
    login = ("az", "acr", "login", "--name", registry.name, "--expose-token", "--query", "accessToken")
    scope = f"$(az acr show --name {registry.name} --query id --output tsv)"
    grant = f"az role assignment create --role AcrPush --assignee <you> --scope {scope}"
    return Place(f"{registry.name}.azurecr.io", path, _AZURE_USER, (*login, "--output", "tsv"), grant)


def _ecr(registry: ExistingEcr, region: str, path: str) -> Place:
    suffix = {"aws-cn": "amazonaws.com.cn", "aws-eusc": "amazonaws.eu"}.get(partition_of(region), "amazonaws.com")
    policy = f"arn:{partition_of(region)}:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"
    return Place(
        f"{registry.account or '{account}'}.dkr.ecr.{region}.{suffix}",
        path,
        "AWS",
        ("aws", "ecr", "get-login-password", "--region", region),
        f"aws iam attach-user-policy --user-name <you> --policy-arn {policy}",
        ("aws", "sts", "get-caller-identity", "--query", "Account", "--output", "text") if not registry.account else (),
    )


def _artifacts(registry: ExistingArtifactRegistry, project: str, path: str) -> Place:
    # Repositories that answer under a name of Container Registry are called by it.
    own_name = registry.repository.endswith("gcr.io")
    host = registry.repository if own_name else f"{registry.location}-docker.pkg.dev"
    of = f"{registry.repository} --location {registry.location} --project {project}"
    return Place(
        host,
        f"{project}/{path}" if own_name else f"{project}/{registry.repository}/{path}",
        "oauth2accesstoken",
        ("gcloud", "auth", "application-default", "print-access-token"),
        f"gcloud artifacts repositories add-iam-policy-binding {of} --member user:<you> "
        "--role roles/artifactregistry.writer",
    )


def _printed(words: tuple[str, ...]) -> str | Finding:
    """What a command line prints, or that it does not."""
    ran = run(words, SECONDS)
    if ran.good and ran.out.strip():
        return ran.out.strip()
    said = ran.said if ran.code is None else f"{' '.join(words[:3])} gives no login: {ran.said}"
    return Finding(Name.REGISTRY, State.UNKNOWN, said, _WHY)


def _tried(host: str, place: Place, password: str, *, push: bool) -> list[Finding]:
    where = f"{host}/{place.path}"
    try:
        try_repository(host, place.path, Login(place.user, password), push=push, seconds=_STEP_SECONDS)
    except InvalidReference as error:
        return [Finding(Name.REGISTRY, State.PROBLEM, str(error), _WHY)]
    except Refused as refused:
        return [_refused(where, place, refused)]
    pushed = ok(Name.PUSH, f"{where} may be pushed to") if push else []
    return [*ok(Name.REGISTRY, f"{host} answers, and takes the login"), *pushed, *ok(Name.PULL, f"{where} may be read")]


def _refused(where: str, place: Place, refused: Refused) -> Finding:
    said = refused.said or refused.outcome.value
    if refused.outcome in _NO_RIGHT:
        check, verb = (Name.PUSH, "push to") if refused.step is Step.PUSH else (Name.PULL, "read")
        what = f"you may not {verb} {where}, or it is not there: {said}"
        return Finding(check, State.PROBLEM, what, "the update ends at the push", (place.grant,))
    look = (f"curl -v https://{where.partition('/')[0]}/v2/",)
    if refused.outcome in _SILENT:
        return Finding(Name.REGISTRY, State.PROBLEM, f"{where} does not answer: {said}", _WHY, look)
    return Finding(Name.REGISTRY, State.UNKNOWN, f"{where} says {refused.outcome.value}: {said}", _WHY, look)
