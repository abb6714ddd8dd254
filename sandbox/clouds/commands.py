"""Stand-ins for `aws`, `gke-gcloud-auth-plugin` and `kubelogin` in a shell of the simulated clouds: cluster logins.

    python -I -S commands.py PORT SECRET-FILE COMMAND [words…]

They take what the real ones take for that, ask the simulated clouds' service on PORT of loopback, and print an
ExecCredential (https://kubernetes.io/docs/reference/config-api/client-authentication.v1beta1/). Standard library only:
a Kubernetes client runs them before its first request.
"""

import http.client
import json
import os
import sys
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_SECONDS = 15
_OK = 200
_STAND_IN = (
    "this is the sandbox's stand-in for {0}, which only logs in to simulated clusters; the real one is elsewhere"
)
_START = 'type: eval "$(.venv/bin/python -m sandbox env --clouds)"'


class RefusedError(Exception):
    """The command fails with this text."""


@dataclass(frozen=True)
class Asked:
    """A cluster's login."""

    cloud: str
    cluster: str = ""
    """Empty for the newest one: only `aws` is told a name."""
    options: Mapping[str, str] = field(default_factory=dict[str, str])


def main(words: Sequence[str]) -> None:
    """Print the credential.

    Raises:
        SystemExit: with the reason, when there is none; with 0 after `--version`.
    """
    port, secret, command, *arguments = words
    if arguments in (["--version"], ["version"]):
        print(f"{command}/0.0.0 (simulated clouds of the sandbox)")
        return
    try:
        asked = READERS[command](arguments)
        if asked is None:
            raise RefusedError(_STAND_IN.format(command))
        must_be_logged_in(asked, os.environ)
        credential = fetched(asked, int(port), Path(secret))
    except RefusedError as error:
        sys.exit(f"{command}: {error}")
    print(json.dumps(exec_credential(credential, os.environ)))


def aws(words: Sequence[str]) -> Asked | None:
    """`aws [--region R] eks get-token --cluster-name N …` (or `--cluster-id`)."""
    plain, options = read(words)
    if plain != ["eks", "get-token"]:
        return None
    name = options.get("--cluster-name") or options.get("--cluster-id")
    if not name:
        message = "the following arguments are required: --cluster-name"
        raise RefusedError(message)
    return Asked("aws", name)


def gke(words: Sequence[str]) -> Asked | None:
    """`gke-gcloud-auth-plugin [--use_application_default_credentials[=true]] …`."""
    plain, _ = read([word if "=" in word or not word.startswith("-") else f"{word}=true" for word in words])
    return None if plain else Asked("google")


def kubelogin(words: Sequence[str]) -> Asked | None:
    """`kubelogin get-token --server-id … [--login …] …`."""
    plain, options = read(words)
    if plain != ["get-token"]:
        return None
    if "--server-id" not in options:
        message = "Error: required flag --server-id is missing"
        raise RefusedError(message)
    return Asked("azure", options=options)


READERS = {"aws": aws, "gke-gcloud-auth-plugin": gke, "kubelogin": kubelogin}
"""By the command's name."""


def read(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Words that are no options, and options with their values; each option takes one, after it or after `=`."""
    plain: list[str] = []
    options: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            plain.append(word)
        elif "=" in word:
            name, _, value = word.partition("=")
            options[name] = value
        else:
            options[word] = rest.pop(0) if rest and not rest[0].startswith("-") else "true"
    return plain, options


_NO_LOGIN = {
    "aws": 'Unable to locate credentials. You can configure credentials by running "aws login".',
    "azure": "failed to get token: ERROR: Please run 'az login' to setup account.",
    "google": "Failed to retrieve access token:: google: could not find default credentials.",
}
_LOGINS = {
    "aws": (
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_PROFILE",),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
    ),
    # Of all that Google's provider takes, the plug-in knows this one alone.
    "google": (("GOOGLE_APPLICATION_CREDENTIALS",),),
}
"""Variables of which all of one line are a login."""
_KUBELOGIN = {
    "spn": (
        ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"),
        ("AZURE_CLIENT_ID", "AZURE_CLIENT_CERTIFICATE_PATH"),
        ("AAD_SERVICE_PRINCIPAL_CLIENT_ID", "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET"),
    ),
    "workloadidentity": (("AZURE_FEDERATED_TOKEN_FILE",), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN",)),
}
"""The same by `--login` (azure.github.io/kubelogin/concepts/login-modes); of the others nobody is logged in here."""
_OF_AZURERM = (("ARM_CLIENT_ID", "ARM_CLIENT_SECRET"), ("ARM_CLIENT_ID", "ARM_CLIENT_CERTIFICATE_PATH"))
_FLAGS = {"--client-id": "AZURE_CLIENT_ID", "--federated-token-file": "AZURE_FEDERATED_TOKEN_FILE"}
"""Options in place of a variable."""


def logins(cloud: str, options: Mapping[str, str]) -> Sequence[Sequence[str]]:
    """Which variables are a login for a command that was given these options."""
    if cloud != "azure":
        return _LOGINS[cloud]
    if options.get("--use-azurerm-env-vars") == "true":
        return _OF_AZURERM
    return _KUBELOGIN.get(options.get("--login", ""), ())


def must_be_logged_in(asked: Asked, environment: Mapping[str, str]) -> None:
    """Refuse, as the real commands do, in a shell without the deployer's login.

    Raises:
        RefusedError: it has none.
    """
    given = {**environment, **{name: asked.options[flag] for flag, name in _FLAGS.items() if flag in asked.options}}
    if not any(all(given.get(name) for name in names) for names in logins(asked.cloud, asked.options)):
        raise RefusedError(_NO_LOGIN[asked.cloud])


def fetched(asked: Asked, port: int, secret: Path) -> dict[str, str]:
    """The token and its end, from the service.

    Raises:
        RefusedError: the service does not run, or has no such cluster.
    """
    query = urllib.parse.urlencode({"cloud": asked.cloud, "cluster": asked.cluster})
    # No proxy of the environment is read here: the service is on this machine.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("GET", f"/cluster-token?{query}", headers={"Authorization": f"Bearer {secret.read_text()}"})
        answer = connection.getresponse()
        body: dict[str, str] = json.loads(answer.read())
    except (OSError, ValueError, http.client.HTTPException) as error:
        message = f"the simulated clouds do not answer ({error}); {_START}"
        raise RefusedError(message) from error
    finally:
        connection.close()
    if answer.status != _OK:
        raise RefusedError(body["message"])
    return body


def exec_credential(credential: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, object]:
    """What a Kubernetes client reads, in the version that it asks for; `v1beta1` where it does not say."""
    try:
        version: object = json.loads(environment.get("KUBERNETES_EXEC_INFO", ""))["apiVersion"]
    except (ValueError, KeyError, TypeError):
        version = VERSIONS[1]
    return {
        "kind": "ExecCredential",
        "apiVersion": version if version in VERSIONS else VERSIONS[1],
        "spec": {},
        "status": {"expirationTimestamp": credential["expires"], "token": credential["token"]},
    }


if __name__ == "__main__":
    main(sys.argv[1:])
