"""Whether this machine can act in a stack's cloud and its cluster at all, before anything starts. No network is asked.

A login may be there and have ended: that only the cloud itself can say, and `cloud_errors` puts it into words.
"""

from dataclasses import dataclass

from components.platforms.aws_keys import aws_key_problems
from components.platforms.login_aws import aws_problems
from components.platforms.login_azure import SUBSCRIPTION, azure_problems
from components.platforms.login_google import google_problems
from components.platforms.login_kubelogin import kubelogin_problems
from components.platforms.machine import Machine
from components.settings_aks import NewAksCluster
from components.settings_models import AksSettings, CloudSettings, EksSettings, GkeSettings
from components.stack_file import Problem, StackFile


@dataclass(frozen=True)
class Plugin:
    """A command that the Kubernetes provider logs in to a cluster with."""

    command: str
    installs: tuple[str, ...]
    """What installs it."""


_AZURE = Plugin("kubelogin", ("az aks install-cli", "brew install Azure/kubelogin/kubelogin  # on a Mac"))
_AWS = Plugin(
    "aws",
    (
        "curl -fsSo aws.zip https://awscli.amazonaws.com/awscli-exe-linux-x86_64.zip && unzip -q aws.zip && "
        "sudo ./aws/install",
        "brew install awscli  # on a Mac",
    ),
)
_GOOGLE = Plugin(
    "gke-gcloud-auth-plugin",
    (
        "gcloud components install gke-gcloud-auth-plugin",
        "sudo apt-get install google-cloud-cli-gke-gcloud-auth-plugin  # where gcloud is a Debian package",
    ),
)
"""How to install them: azure.github.io/kubelogin/install; docs.aws.amazon.com cli/latest/userguide
getting-started-install; docs.cloud.google.com kubernetes-engine/docs/how-to/cluster-access-for-kubectl."""


def check_login(settings: CloudSettings, machine: Machine, stack: StackFile) -> list[Problem]:
    """What is missing on this machine.

    Args:
        settings: of the stack.
        machine: that deploys.
        stack: whose commands are offered.
    """
    if isinstance(settings, AksSettings):
        # Of a cluster that is there, only its kubeconfig says whether users come from Entra.
        found = azure_problems(machine, settings.cluster.subscription, stack)
        if not isinstance(settings.cluster, NewAksCluster):
            return found
        # What kubelogin lacks is no news where the login itself is not whole.
        own = kubelogin_problems(machine) if all(each.path == SUBSCRIPTION for each in found) else []
        return [*found, *own, *_plugin_problems(_AZURE, machine)]
    if isinstance(settings, EksSettings):
        return [*aws_key_problems(machine, stack), *aws_problems(machine, stack), *_plugin_problems(_AWS, machine)]
    assert isinstance(settings, GkeSettings)
    return [*google_problems(machine), *_plugin_problems(_GOOGLE, machine)]


def _plugin_problems(plugin: Plugin, machine: Machine) -> list[Problem]:
    if machine.has_program(plugin.command):
        return []
    reason = "is not on the PATH; the Kubernetes provider and kubectl log in to the cluster with it"
    return [Problem((plugin.command,), reason, plugin.installs)]
