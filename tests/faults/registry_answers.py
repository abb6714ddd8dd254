"""What registries answer when they refuse: status, headers and bodies as people have seen them.

`$host`, `$repository`, `$reference`, `$account`, `$region`, `$project`, `$location` and `$package` in a body are
filled in from the request.
"""

import json
import re
from dataclasses import dataclass
from string import Template

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer.

    `digest` says whether a `Docker-Content-Digest` of the body goes with it.
    """

    status: int
    body: str
    headers: Headers = ()
    content_type: str = "application/json"
    digest: bool = False

    def rendered(self, host: str, repository: str, reference: str) -> bytes:
        """The body for one request, in UTF-8."""
        return Template(self.body).safe_substitute(_facts(host, repository, reference)).encode()


def _facts(host: str, repository: str, reference: str) -> dict[str, str]:
    ecr = re.match(r"(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.", host)
    project, _, rest = repository.partition("/")
    return {
        "host": host,
        "repository": repository,
        "reference": reference,
        "account": ecr[1] if ecr else "123456789012",
        "region": ecr[2] if ecr else "eu-central-1",
        "project": project,
        "location": host.partition("-docker.pkg.dev")[0] if host.endswith("-docker.pkg.dev") else "us",
        "package": rest.partition("/")[0] or host,
    }


def _error(code: str, message: str, **more: object) -> str:
    """The error body of the distribution API (opencontainers/distribution-spec:spec.md, Error Codes)."""
    return json.dumps({"errors": [{"code": code, "message": message, **more}]}, separators=(",", ":"))


_PULL = [{"Type": "repository", "Name": "$repository", "Action": "pull"}]
_TEXT = "text/plain; charset=utf-8"

# distribution/distribution:registry/api/errcode/register.go
UNAUTHORIZED = Answer(401, _error("UNAUTHORIZED", "authentication required", detail=_PULL))
DENIED = Answer(403, _error("DENIED", "requested access to the resource is denied", detail=_PULL))
# The same file
MANIFEST_UNKNOWN = Answer(404, _error("MANIFEST_UNKNOWN", "manifest unknown", detail={"Tag": "$reference"}))
NAME_UNKNOWN = Answer(
    404, _error("NAME_UNKNOWN", "repository name not known to registry", detail={"name": "$repository"})
)
BLOB_UNKNOWN = Answer(404, _error("BLOB_UNKNOWN", "blob unknown to registry", detail="$reference"))

# Azure/acr issue 841
ACR_UNAUTHORIZED = Answer(
    401,
    _error(
        "UNAUTHORIZED",
        "authentication required, visit https://aka.ms/acr/authorization for more information.",
        detail=_PULL,
    ),
)
# docker/build-push-action issue 1214: the quotes reach the client escaped
ACR_FIREWALL = Answer(
    403,
    r'{"errors":[{"code":"DENIED","message":"client with IP \u0027203.0.113.7\u0027 is not allowed access. '
    r'Refer https://aka.ms/acr/firewall to grant access."}]}',
)

# NVIDIA/enroot issue 59: fifteen bytes of text, not JSON
ECR_NOT_AUTHORIZED = Answer(401, "Not Authorized\n", content_type=_TEXT)
_ECR_ROLE = "arn:aws:sts::$account:assumed-role/eks-node-role/i-0123456789abcdef0"
_ECR_ASKED = (
    f"User: {_ECR_ROLE} is not authorized to perform: ecr:BatchGetImage on resource: "
    "arn:aws:ecr:$region:$account:repository/$repository"
)
# everything2/everything2 issue 2562; aws-controllers-k8s/community issue 1641
ECR_NO_IDENTITY_POLICY = Answer(
    403, _error("DENIED", f"{_ECR_ASKED} because no identity-based policy allows the ecr:BatchGetImage action")
)
# jetstack/version-checker issue 122: the other ending, for another account's repository
ECR_NO_RESOURCE_POLICY = Answer(
    403, _error("DENIED", f"{_ECR_ASKED} because no resource-based policy allows the ecr:BatchGetImage action")
)
# microsoft/vscode issue 205489; with 403: awslabs/amazon-ecr-credential-helper issue 7
ECR_TOKEN_EXPIRED = Answer(403, _error("DENIED", "Your authorization token has expired. Reauthenticate and try again."))
# ECR Public answers 400 to it: aws/containers-roadmap issue 2835
ECR_PUBLIC_TOKEN_EXPIRED = Answer(400, ECR_TOKEN_EXPIRED.body)
# getmoto/moto:moto/ecr/exceptions.py has the text; docker shows it behind "name unknown: "
ECR_NAME_UNKNOWN = Answer(
    404,
    _error(
        "NAME_UNKNOWN",
        "The repository with name '$repository' does not exist in the registry with id '$account'",
    ),
)
# nginx/docker-nginx issue 545
ECR_IMAGE_NOT_FOUND = Answer(404, _error("MANIFEST_UNKNOWN", "Requested image not found"))
# docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors.html
ECR_RATE_EXCEEDED = Answer(429, _error("TOOMANYREQUESTS", "Rate exceeded"))

# terraform-google-modules/terraform-google-kubernetes-engine issue 1779; from the token endpoint:
# GoogleCloudPlatform/gcr-cleaner issue 76
AR_PERMISSION_DENIED = Answer(
    403,
    _error(
        "DENIED",
        'Permission "artifactregistry.repositories.downloadArtifacts" denied on resource '
        '"projects/$project/locations/$location/repositories/$package" (or it may not exist)',
    ),
)
# google/fuzzbench issue 1981
AR_UNAUTHENTICATED = Answer(
    403,
    _error(
        "DENIED",
        'Unauthenticated requests do not have permission "artifactregistry.repositories.downloadArtifacts" on '
        'resource "projects/$project/locations/$location/repositories/$package"',
    ),
)
# validator/validator issue 1753
AR_API_DISABLED = Answer(
    403,
    _error(
        "DENIED",
        "Artifact Registry API has not been used in project 215900959124 before or it is disabled. Enable it by "
        "visiting https://console.developers.google.com/apis/api/artifactregistry.googleapis.com/overview"
        "?project=215900959124 then retry. If you enabled this API recently, wait a few minutes for the action to "
        "propagate to our systems and retry.",
    ),
)
# The kubernetes-bootcamp:v10 of the Kubernetes tutorial, as many saw it behind "manifest unknown: "
GCR_MANIFEST_UNKNOWN = Answer(
    404,
    _error(
        "MANIFEST_UNKNOWN",
        'Failed to fetch "$reference" from request "/v2/$repository/manifests/$reference".',
    ),
)
# mccutchen/go-httpbin issue 223: `denied: denied`, and 403 when the token is asked for
GHCR_DENIED = Answer(403, _error("DENIED", "denied"))

# docker/hub-feedback issue 2464; as JSON: apache/incubator-kie-kogito-runtimes pull request 2854
HUB_RATE_LIMITED = Answer(
    429,
    _error(
        "TOOMANYREQUESTS",
        "You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
    ),
    (("Retry-After", "60"),),
)
# docker/hub-feedback issue 1907
HUB_ABUSE_LIMITED = Answer(429, "Too Many Requests (HAP429).\n", (("Retry-After", "60"),), "text/plain")

# distribution/distribution:registry/api/errcode/register.go
INTERNAL_ERROR = Answer(500, _error("UNKNOWN", "unknown error"))
# The page that nginx has built in (nginx/nginx:src/http/ngx_http_special_response.c)
BAD_GATEWAY_PAGE = Answer(
    502,
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
    content_type="text/html",
)
UNAVAILABLE = Answer(503, _error("UNAVAILABLE", "service unavailable"))

_OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LOGIN_PAGE = Answer(
    200, "<!doctype html>\n<html><body><h1>Sign in to the network</h1></body></html>\n", content_type="text/html"
)
BROKEN_JSON = Answer(200, '{"schemaVersion": 2, "config": {', content_type=_OCI_MANIFEST, digest=True)

# Go's own server to a client that speaks HTTP where TLS is due (golang/go:src/net/http/server.go)
HTTP_TO_TLS = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
