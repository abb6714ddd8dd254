"""What the image that runs are in lacks for a stack, and how that is made good. Pure.

The default image is pulumi/pulumi (pulumi/pulumi-docker-containers c6f8883, docker/pulumi/Dockerfile): Python, aws, az,
gcloud with gke-gcloud-auth-plugin, kubectl, and docker's command without a daemon. Pulumi's own page on images says
that it has no tools of clouds (pulumi/docs, iac/operations/docker-images.md), so each is looked for before it is
installed.
Commands are POSIX sh, each in a shell of its own; variables that are to last are given as variables of the stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.platforms.contract import Target

TOKEN_FILE = "/mnt/pulumi/pulumi.oidc"  # noqa: S105 - where the token lies
"""The run's token (pulumi/docs, deployments/guides/oidc)."""
_GOOGLE_FILE = "/tmp/google-credentials.json"  # noqa: S108 - a run's machine is its own, and used once
_NO_DOCKER = "ssh://preview.invalid"
"""A docker host that the provider does not contact to preview (docs/deployment.md, In a pipeline)."""

_KUBELOGIN = (
    # Its default places are /usr/local/bin (Azure/azure-cli, acs/custom.py, k8s_install_kubelogin).
    "command -v kubelogin || az aks install-cli --kubelogin-version 0.2.19"
)
_AWS = "command -v aws || python3 -m pip install awscli==1.46.2"
_GOOGLE = (
    "command -v gke-gcloud-auth-plugin || {"
    " curl -fsS https://packages.cloud.google.com/apt/doc/apt-key.gpg | gpg --dearmor -o /usr/share/keyrings/gcloud.gpg"
    " && echo 'deb [signed-by=/usr/share/keyrings/gcloud.gpg] https://packages.cloud.google.com/apt cloud-sdk main'"
    " > /etc/apt/sources.list.d/gcloud.list"
    " && apt-get update && apt-get install -y google-cloud-cli-gke-gcloud-auth-plugin; }"
)
_GOOGLE_LOGIN = f'umask 077 && printf %s "$GOOGLE_CREDENTIALS" > {_GOOGLE_FILE}'


@dataclass(frozen=True)
class Tools:
    """What is done before pulumi runs."""

    commands: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


def tools(target: Target, *, by_oidc: bool, builds: bool) -> Tools:
    """What a stack needs on a runner of Pulumi's.

    Args:
        target: of the stack; the plug-ins that its kubeconfig names log in to the cluster.
        by_oidc: whether the run's token logs in to the cloud.
        builds: whether the stack file builds the image, which a runner without a docker daemon can only preview.
    """
    commands, variables = list(_COMMANDS[target]), dict(_VARIABLES[target] if by_oidc else {})
    if target is Target.GKE and by_oidc:
        # The run has its login in a variable that Google's provider reads, and the plug-in reads a file.
        commands.append(_GOOGLE_LOGIN)
    return Tools(tuple(commands), variables | ({"DOCKER_HOST": _NO_DOCKER} if builds else {}))


_COMMANDS: Mapping[Target, tuple[str, ...]] = {
    Target.AKS: (_KUBELOGIN,),
    Target.EKS: (_AWS,),
    Target.GKE: (_GOOGLE,),
    Target.LOCAL: (),
}
_VARIABLES: Mapping[Target, Mapping[str, str]] = {
    # Beside the ids that Deployments sets itself: azure-native and kubelogin (login_kubelogin.py) then take the token.
    Target.AKS: {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": TOKEN_FILE},
    Target.EKS: {},
    Target.GKE: {"GOOGLE_APPLICATION_CREDENTIALS": _GOOGLE_FILE},
    Target.LOCAL: {},
}
