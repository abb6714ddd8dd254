"""Whether this machine is logged in to Google Cloud, for Pulumi and for the cluster. Pure, but for reading files.

The ways: docs.cloud.google.com/docs/authentication/application-default-credentials. What counts for the provider alone:
pulumi.com/registry/packages/gcp/installation-configuration. What the cluster's plug-in takes: gke_kubeconfig.py.
"""

from components.platforms.machine import Machine
from components.stack_file import Problem

_FILE = "GOOGLE_APPLICATION_CREDENTIALS"
_OWN_VARIABLES = ("GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON", "GOOGLE_OAUTH_ACCESS_TOKEN")
_OWN_KEYS = ("gcp:credentials", "gcp:accessToken")
_LOGIN = "gcloud auth application-default login"


def google_problems(machine: Machine) -> list[Problem]:
    """Why nobody is logged in; none if there is a login, which may have ended."""
    named = machine.environment.get(_FILE)
    if named:
        if machine.read(_FILE, "") is not None:
            return []
        reason = f"not logged in: {_FILE} names {named}, which cannot be read"
        return [Problem(("google",), reason, (f"unset {_FILE} && {_LOGIN}",))]
    if _default_credentials(machine) is not None or "Google" in machine.hardware:
        return []
    in_ci = f"export {_FILE}=<file>  # in CI: a federation's, or a service account's key"
    own = next((each for each in (*_OWN_KEYS, *_OWN_VARIABLES) if _is_given(each, machine)), None)
    if own is not None:
        # With it the cluster would be made, and the first thing in the cluster would fail.
        reason = (
            f"not logged in: {own} is a login for Pulumi alone, and `gke-gcloud-auth-plugin`, which logs in to the "
            "cluster, knows application default credentials only"
        )
        return [Problem((own if own in _OWN_KEYS else "google",), reason, (in_ci, _LOGIN))]
    # `gcloud auth login` is for gcloud alone, and what most people have.
    reason = "not logged in: no application default credentials (`gcloud auth login` makes none)"
    return [Problem(("google",), reason, (_LOGIN, in_ci))]


def _is_given(name: str, machine: Machine) -> bool:
    return bool(machine.config(name) if name in _OWN_KEYS else machine.environment.get(name))


def _default_credentials(machine: Machine) -> str | None:
    folder = machine.environment.get("CLOUDSDK_CONFIG") or ".config/gcloud"
    return machine.read("", f"{folder}/application_default_credentials.json")
