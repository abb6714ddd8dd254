"""Refusals of GKE, Artifact Registry, IAM and Service Usage, in their own words.

Sources: docs.cloud.google.com kubernetes-engine/docs/troubleshooting and apis/design/errors (reasons of
google.rpc.ErrorInfo); texts of pulumi/pulumi-gcp#1394, GoogleCloudPlatform/cloud-ops-sandbox#44,
googlecodelabs/feedback#950 and hashicorp/terraform-provider-google.
"""

from components.platforms.saying import REGISTRY, Saying

_LOGIN = ("google",)
_PROFILE = ("profile",)
_PLACE = ("cluster", "location")
_PROJECT = ("cluster", "project")
_ATTACH = ("registry", "attachPull")
_TYPE = ("cluster", "machineType")
_ADMIN = "gcloud projects add-iam-policy-binding <project> --member=<member> --role=roles/artifactregistry.admin"

GOOGLE = (
    Saying(
        r"repository already exists",
        ("registry", "mode"),
        "the repository is there already",
        ((("registry", "mode"), "existing"), (("registry", "repository"), "<name>")),
    ),
    Saying(
        r"[Aa]lready exists: projects/[^/]+/(?:zones|locations|regions)/[^/]+/clusters/(?P<name>[\w-]+)",
        ("cluster", "mode"),
        "the cluster {name} is there already",
        ((("cluster", "mode"), "existing"), (("cluster", "name"), "<name>")),
    ),
    Saying(
        r"Service account (?P<name>[\w-]+) already exists within project projects/(?P<project>[\w:.-]+\w)",
        ("cluster", "name"),
        "the service account {name} is there already, of another stack or left by one",
        (
            (("cluster", "name"), "<name>"),
            "gcloud iam service-accounts delete {name}@{project}.iam.gserviceaccount.com --project={project}",
        ),
    ),
    Saying(
        r"has not been used in project (?P<project>[\w:.-]+\w) before or it is disabled"
        r"(?:.*?/(?P<api>[\w-]+\.googleapis\.com))?",
        _LOGIN,
        "an API of project {project} is off, or was turned on a moment ago: then try again in some minutes",
        ("gcloud services enable {api} --project={project}",),
    ),
    Saying(
        r"BILLING_DISABLED|requires billing to be enabled|[Bb]illing account for project '?(?P<project>[\w:.-]*\w)",
        _PROJECT,
        "the project has no billing account",
        ("gcloud billing projects link <project> --billing-account=<account>",),
    ),
    Saying(
        r"artifactregistry\.repositories\.setIamPolicy",
        _ATTACH,
        "whoever deploys may not give the nodes the right to pull; an owner gives that right, or the right to pull "
        "itself, which this stack then leaves as it is",
        (_ADMIN, (_ATTACH, False)),
        where={REGISTRY: "existing"},
    ),
    Saying(
        r"artifactregistry\.repositories\.setIamPolicy",
        _LOGIN,
        "whoever deploys may not give the nodes the right to pull; an owner gives that right",
        (_ADMIN,),
    ),
    Saying(
        r"Policy update access denied|resourcemanager\.projects\.setIamPolicy",
        _LOGIN,
        "whoever deploys may not give the nodes' account its roles in the project",
        (
            "gcloud projects add-iam-policy-binding <project> --member=<member> "
            "--role=roles/resourcemanager.projectIamAdmin",
        ),
    ),
    Saying(
        r"does not have access to service account \W*(?P<account>[\w.@-]+\w)",
        _LOGIN,
        "whoever deploys may not let nodes run as {account}",
        (
            "gcloud iam service-accounts add-iam-policy-binding {account} --member=<member> "
            "--role=roles/iam.serviceAccountUser",
        ),
    ),
    Saying(
        r"(?P<type>\b[a-z0-9-]+\b)'? does not exist in zone",
        _TYPE,
        "there are no machines of type {type} there",
        ("gcloud compute machine-types list --zones=<zone>", (_TYPE, "e2-medium")),
    ),
    Saying(
        r"[Ii]nsufficient (?:regional|project) quota.*?resource:? \W*(?P<what>\w+)|Quota '(?P<metric>\w+)' exceeded",
        ("cluster", "nodeCount"),
        "the project has too little of a quota ({what}{metric}) left there",
        (
            (("cluster", "nodeCount"), 1),
            (_TYPE, "e2-small"),
            "gcloud compute regions describe <region>  # what it may have",
        ),
    ),
    Saying(
        r"ZONE_RESOURCE_POOL_EXHAUSTED|GCE_STOCKOUT|does not have enough resources available",
        _PLACE,
        "Google has no such machines left there now",
        ((_PLACE, "<location>"),),
    ),
    Saying(
        r"deletion_protection is set to true|deletion_policy|deletionPolicy",
        _PROFILE,
        "the profile production protects it from deletion",
        ((_PROFILE, "test"), "pulumi up -s {stack} && pulumi destroy -s {stack}  # afterwards"),
    ),
    Saying(
        r"invalid_grant|invalid_rapt|could not find default credentials|cannot fetch token"
        r"|invalid authentication credentials|UNAUTHENTICATED|reauth",
        _LOGIN,
        "not logged in, or the login has ended",
        ("gcloud auth application-default login",),
    ),
    Saying(
        r"[Ll]ocation \"?(?P<location>[\w-]+)\"? (?:does not exist|is not found)"
        r"|on 'locations/(?P<place>[\w-]+)' \(or it may not exist\)",
        _PLACE,
        "there is no location {location}{place}",
        ("gcloud compute zones list", (_PLACE, "<location>")),
    ),
    Saying(
        r"[Pp]roject '?(?P<project>[\w:.-]*\w)'? (?:was )?not found|CONSUMER_INVALID|Unknown project",
        _PROJECT,
        "there is no such project, or whoever deploys may not see it",
        ("gcloud projects list", (_PROJECT, "<project>")),
    ),
    Saying(
        r"[Pp]ermission \W*(?P<permission>[a-z]+\.[\w.]+\w)\W* denied|Required \"(?P<needed>[\w.]+)\" permission",
        _LOGIN,
        "whoever deploys lacks {permission}{needed}; docs/clouds.md lists what it needs",
        ("gcloud projects add-iam-policy-binding <project> --member=<member> --role=<role>",),
    ),
)
