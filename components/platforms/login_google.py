"""Whether this machine is logged in to Google Cloud, as the provider would look for it. Pure, but for reading files.

The ways: docs.cloud.google.com/docs/authentication/application-default-credentials, and the provider's own variables
(pulumi.com/registry/packages/gcp/installation-configuration).
"""

from components.platforms.machine import Machine
from components.stack_file import Problem, StackFile

_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
_OWN_VARIABLES = ("GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON", "GOOGLE_OAUTH_ACCESS_TOKEN")
_LOGIN = "gcloud auth application-default login"


def google_problems(machine: Machine, stack: StackFile) -> list[Problem]:
    """Why nobody is logged in; none if there is a login, which may have ended."""
    if machine.first("gcp:credentials", *_OWN_VARIABLES) or machine.config("gcp:accessToken"):
        return []
    named = machine.environment.get(_FILE)
    if named:
        if machine.read(_FILE, "") is not None:
            return []
        reason = f"not logged in: {_FILE} names {named}, which cannot be read"
        return [Problem(("google",), reason, (f"unset {_FILE} && {_LOGIN}",))]
    if _default_credentials(machine) is not None or "Google" in machine.hardware:
        return []
    # `gcloud auth login` is for gcloud alone, and what most people have.
    reason = "not logged in: no application default credentials (`gcloud auth login` makes none), no key, no token"
    in_ci = f"export {_FILE}=<file>  # in CI: a federation's, or a service account's key"
    secret = stack.set_secret(("gcp:credentials",))
    return [Problem(("google",), reason, (_LOGIN, in_ci, f"{secret}  # or a key in the stack"))]


def _default_credentials(machine: Machine) -> str | None:
    folder = machine.environment.get("CLOUDSDK_CONFIG") or ".config/gcloud"
    return machine.read("", f"{folder}/application_default_credentials.json")
