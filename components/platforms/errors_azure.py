"""Refusals of Azure Resource Manager, AKS and ACR, in its own words.

Sources: learn.microsoft.com azure/azure-resource-manager/troubleshooting/common-deployment-errors and
troubleshoot/azure/azure-kubernetes/error-codes; texts of hashicorp/terraform-provider-azurerm#17421,
Azure/azure-cli#13951 and #15013, MicrosoftDocs/azure-docs#94262, Azure/AKS#4113; pulumi/pulumi-azure-native
provider.go (`cannot create already existing resource`).
"""

from components.platforms.saying import REGISTRY, Saying

_ATTACH = ("registry", "attachPull")
_SIZE = ("cluster", "nodeSize")
_PLACE = ("cluster", "location")
_LOGIN = ("azure",)
_OBJECT = r"object id '(?P<object>[^']+)'"
_SCOPE = r"(?P<scope>/subscriptions/[^/']+(?:/resourceGroups/[^/']+)?)"
_ACR = r"providers/Microsoft\.ContainerRegistry/registries"
_ROLES = r"providers/Microsoft\.Authorization/roleAssignments"
_THERE = r"cannot create already existing resource \W*"
_LIST_RIGHTS = "az role assignment list --all --assignee <object> -o table"
_MAY_GIVE = (
    'az role assignment create --assignee-object-id {object} --role "Role Based Access Control Administrator" '
    "--scope {scope}"
)

AZURE = (
    Saying(
        r"RoleAssignmentExists|role assignment already exists"
        # In the provider's words, of a right that another stack of this program gave: both call it the same.
        rf"|{_THERE}/subscriptions/\S+/{_ACR}/[^/]+/{_ROLES}/",
        _ATTACH,
        "somebody gave the cluster this right already, as `az aks update --attach-acr` does; with attachPull false "
        "this stack leaves it as it is",
        ((_ATTACH, False), f"{_LIST_RIGHTS}  # or take that one away"),
        where={REGISTRY: "existing"},
    ),
    Saying(
        rf"RoleAssignmentExists|role assignment already exists|{_THERE}/subscriptions/\S+/{_ROLES}/",
        _LOGIN,
        "this right is there already, given by hand or by an update that was killed",
        (f"{_LIST_RIGHTS}  # take that one away",),
    ),
    Saying(
        rf"{_OBJECT}.*?'Microsoft\.Authorization/roleAssignments/write' over scope "
        rf"'(?P<scope>/[^']*?/{_ACR}/[^'/]*)(?:/{_ROLES}/[^']*)?'",
        _ATTACH,
        "{object}, who deploys, may not give roles there: an owner gives that right, or attaches the registry, which "
        "this stack then leaves as it is",
        (_MAY_GIVE, (_ATTACH, False)),
        where={REGISTRY: "existing"},
    ),
    Saying(
        rf"{_OBJECT}.*?'Microsoft\.Authorization/roleAssignments/write' over scope "
        rf"'(?P<scope>/[^']*?)(?:/{_ROLES}/[^']*)?'",
        _LOGIN,
        "{object}, who deploys, may not give roles there: an owner gives that right",
        (_MAY_GIVE,),
    ),
    Saying(
        rf"AuthorizationFailed.*?{_OBJECT}.*?action '(?P<action>[^']+)'(?: over scope '{_SCOPE})?",
        _LOGIN,
        "{object}, who deploys, may not do {action}",
        ("az role assignment create --assignee-object-id {object} --role Contributor --scope {scope}",),
    ),
    Saying(
        r"InsufficientVCPUQuota|[Ii]nsufficient (?:regional )?vcpu quota|exceeding approved .*?quota",
        _SIZE,
        "the subscription has too few processors left for such nodes there",
        ("az vm list-usage -l <location> -o table  # what is left", (_SIZE, "<size>"), (("cluster", "nodeCount"), 1)),
    ),
    Saying(
        r"VM size of \S+ is not allowed in your subscription in location '(?P<location>[^']+)'",
        _SIZE,
        "the subscription may not have such nodes in {location}",
        ("az vm list-skus -l {location} -r virtualMachines -o table", (_SIZE, "<size>")),
    ),
    Saying(
        r"PropertyChangeNotAllowed.*?vmSize",
        _SIZE,
        "Azure does not change the size of nodes that are there; another size wants another cluster, to which the "
        "stack then moves",
        ((_SIZE, "<the size they have>"), (("cluster", "name"), "<another name>")),
    ),
    Saying(
        r"AKSCapacityError|unavailable at this time in region (?P<location>\w+)",
        _PLACE,
        "Azure has no room for new clusters there now",
        ((_PLACE, "<location>"),),
    ),
    Saying(
        r"provided location '(?P<location>\w+)' is not available for resource type",
        _PLACE,
        "{location} has no such thing, or is of another Azure than the login's (China, US government)",
        ("az account list-locations -o table", (_PLACE, "<location>"), "az cloud show --query name"),
    ),
    Saying(
        r"registry DNS name (?P<name>[a-z0-9-]+)\.azurecr\.\w+ is already in use",
        ("registry", "name"),
        "{name} is taken: names of registries are Azure's, not the subscription's",
        ((("registry", "name"), "<name>"), (("registry", "mode"), "existing")),
    ),
    Saying(
        r"cannot create already existing resource \W*(?P<id>/subscriptions/[^\s\"']+)",
        ("cluster", "mode"),
        "{id} is there already",
        ((("cluster", "mode"), "existing"), (("cluster", "name"), "<name>")),
        "ManagedCluster$",
    ),
    Saying(
        r"cannot create already existing resource \W*(?P<id>/subscriptions/[^\s\"']+)",
        ("registry", "mode"),
        "{id} is there already",
        ((("registry", "mode"), "existing"), (("registry", "name"), "<name>")),
        "containerregistry:Registry$",
    ),
    Saying(
        r"cannot create already existing resource \W*(?P<id>/subscriptions/[^\s\"']+)",
        ("cluster", "resourceGroup"),
        "{id} is there already, and this stack makes a group of its own, which it deletes with all that is in it",
        ((("cluster", "resourceGroup"), "<name>"),),
        "ResourceGroup$",
    ),
    Saying(
        "K8sVersionNotSupported|OrchestratorVersionNotSupported",
        ("cluster", "kubernetesVersion"),
        "AKS does not offer this version there, or with long-term support only",
        ((("cluster", "kubernetesVersion"), None), "az aks get-versions -l <location> -o table"),
    ),
    Saying(
        r"not registered to use namespace '(?P<namespace>[\w.]+)'",
        _LOGIN,
        "the subscription does not use {namespace} yet",
        ("az provider register -n {namespace} --wait",),
    ),
    Saying(
        r"AADSTS7000222",
        _LOGIN,
        "the service principal's secret has ended",
        ("az ad app credential reset --id <client>",),
    ),
    Saying(
        r"AADSTS\d+|ExpiredAuthenticationToken|InvalidAuthenticationToken|[Pp]lease run '?az login|az login",
        _LOGIN,
        "not logged in, or the login has ended",
        ("az login",),
    ),
    Saying(
        r"SubscriptionNotFound|[Ss]ubscription '(?P<id>[^']+)' (?:could not be found|not found)",
        ("azure-native:subscriptionId",),
        "the login does not see this subscription",
        ("az account list --refresh -o table", "az login --tenant <tenant>"),
    ),
    Saying(
        r"Resource group '(?P<group>[^']+)' could not be found",
        ("registry", "resourceGroup"),
        "there is no resource group {group}",
        ("az group list -o table", "az group create -n {group} -l <location>"),
    ),
    Saying(
        r"ScopeLocked|scope\(s\) are locked: '(?P<scope>[^']+)'",
        ("profile",),
        "a lock keeps it from being deleted",
        ("az lock list -o table", "az lock delete --ids <id>"),
    ),
)
