"""The token that says who this job is: asked of GitHub, or given by another pipeline. Only its claims leave this file.

GitHub: docs.github.com/actions/reference/security/oidc. GitLab and Azure DevOps give a token as a variable
(docs.gitlab.com/ci/secrets/id_token_authentication; task AzureCLI, addSpnToEnvironment).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, cast

import httpx

from ops.trust import Identity

GIVEN = "OIDC_TOKEN"
"""Variable in which a pipeline other than GitHub's gives the token."""
_URL, _TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
_SECONDS = 10.0


class NoIdentityError(Exception):
    """Nobody knows who this job is; one message with what to type."""


def identity(environment: Mapping[str, str], audience: str) -> Identity:
    """Who this job is.

    Args:
        environment: of the job.
        audience: for whom the token of GitHub is asked; a token that is given has its own.

    Raises:
        NoIdentityError: there is no token, or none that can be read.
    """
    given = environment.get(GIVEN)
    return claims(given if given else _asked(environment, audience))


def claims(token: str) -> Identity:
    """What a token says; its signature is for the cloud to check.

    Raises:
        NoIdentityError: it is no JSON web token with the three claims (RFC 7519).
    """
    try:
        _, body, _ = token.split(".")
        found: Any = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        audience: Any = found["aud"]
        first = str(cast("list[Any]", audience)[0]) if isinstance(audience, list) else str(audience)
        return Identity(str(found["iss"]), str(found["sub"]), first)
    except (ValueError, LookupError, TypeError, binascii.Error):
        message = "the token of this job is no JSON web token with `iss`, `sub` and `aud`"
        raise NoIdentityError(message) from None  # without its text: it is a credential


def _asked(environment: Mapping[str, str], audience: str) -> str:
    url, token = environment.get(_URL), environment.get(_TOKEN)
    if not url or not token:
        raise NoIdentityError(_without_right(environment))
    try:
        asked = httpx.URL(url).copy_merge_params({"audience": audience})
        answer = httpx.get(asked, headers={"Authorization": f"bearer {token}"}, timeout=_SECONDS)
        return str(answer.raise_for_status().json()["value"])
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        message = f"GitHub gives this job no token ({type(error).__name__}); try again, or see githubstatus.com"
        raise NoIdentityError(message) from None


def _without_right(environment: Mapping[str, str]) -> str:
    if environment.get("GITHUB_ACTIONS") == "true":
        return (
            "this job may not ask who it is; write into the job: permissions: {id-token: write}. "
            "A pull request from a fork never gets it"
        )
    return (
        f"no pipeline's identity here; in a job of GitHub it needs permissions: {{id-token: write}}, elsewhere give "
        f"the job's token as {GIVEN} (docs/ci.md)"
    )
