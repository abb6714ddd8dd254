"""How kubelogin logs in to a cluster of AKS, and whether it has the login that the provider has.

A cluster would else be made, and the first thing in it would fail. Pure, but for reading the Azure CLI's files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.platforms.login_azure import OPEN_ID, is_in_cli, way_to_azure
from components.platforms.machine import Machine
from components.stack_file import Problem

_COMMAND = "kubelogin"
_BY_FILE = "export ARM_OIDC_TOKEN_FILE_PATH=<file>"
_ANYWAY = "export AAD_LOGIN_METHOD=<mode>  # another one that kubelogin has, such as msi"


@dataclass(frozen=True)
class LoginMethod:
    """How kubelogin gets its token."""

    name: str
    """As its flag `--login` says it."""
    arguments: tuple[str, ...] = ()
    """Further ones."""
    variables: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """What only the stack's configuration knows, and kubelogin takes from its environment."""


def login_method(machine: Machine) -> LoginMethod:
    """How this machine is logged in to Azure, for kubelogin; `az login` where nothing says otherwise.

    The ways are those of the Azure provider, in its order (`login_azure`), in kubelogin's words
    (azure.github.io/kubelogin/concepts/login-modes; Azure/kubelogin pkg/internal/token/provider.go).

    Args:
        machine: that deploys.
    """
    wish = machine.environment.get("AAD_LOGIN_METHOD")
    found = LoginMethod(wish) if wish else _of_application(machine)
    return found or _of_identity(machine) or LoginMethod("azurecli")


def kubelogin_problems(machine: Machine) -> list[Problem]:
    """Why kubelogin would find nobody, though the provider's login is whole (`login_azure`)."""
    way = way_to_azure(machine)
    if way is None or login_method(machine).name != "azurecli" or is_in_cli(machine):
        return []
    reason = f"has no login like {way} as it is given here: it would ask the Azure CLI, where nobody is logged in"
    # Of tokens it takes those of a file, and asks for one in a workflow of GitHub (azure.github.io/kubelogin,
    # concepts/login-modes/workloadidentity).
    first = _BY_FILE if way == OPEN_ID else "export ARM_USE_MSI=true  # this machine's own identity"
    return [Problem((_COMMAND,), reason, (first, "az login", _ANYWAY))]


def _of_application(machine: Machine) -> LoginMethod | None:
    """With a secret or a certificate."""
    client = machine.first("azure-native:clientId", "ARM_CLIENT_ID")
    certificate = machine.first("azure-native:clientCertificatePath", "ARM_CLIENT_CERTIFICATE_PATH")
    secret = machine.first("azure-native:clientSecret", "ARM_CLIENT_SECRET")
    environment = machine.environment
    if client and (certificate or secret):
        if client == environment.get("ARM_CLIENT_ID") and not machine.config("azure-native:clientSecret"):
            return LoginMethod("spn", ("--use-azurerm-env-vars",))
        if certificate:
            return LoginMethod("spn", ("--client-id", client, "--client-certificate", certificate))
        return LoginMethod("spn", ("--client-id", client), {"AZURE_CLIENT_SECRET": secret or ""})
    own = ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH")
    if environment.get("AZURE_CLIENT_ID") and any(environment.get(each) for each in own):
        return LoginMethod("spn")
    return None


def _of_identity(machine: Machine) -> LoginMethod | None:
    """With a token that a workflow, a cluster or a machine has."""
    client = machine.first("azure-native:clientId", "ARM_CLIENT_ID", "AZURE_CLIENT_ID")
    named = ("--client-id", client) if client else ()
    file = machine.first("azure-native:oidcTokenFilePath", "ARM_OIDC_TOKEN_FILE_PATH", "AZURE_FEDERATED_TOKEN_FILE")
    if file:
        return LoginMethod("workloadidentity", (*named, "--federated-token-file", file))
    is_oidc = machine.first("azure-native:useOidc", "ARM_USE_OIDC") == "true"
    if is_oidc and machine.environment.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN"):
        return LoginMethod("workloadidentity", named)
    if machine.first("azure-native:useMsi", "ARM_USE_MSI") == "true":
        return LoginMethod("msi", named)
    return None
