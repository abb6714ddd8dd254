"""Fixes on the managed clusters: the node's identity gets the right to pull, or the node a way to the registry.

Sources: MicrosoftDocs/azure-aks-docs cluster-container-registry-integration, MicrosoftDocs/azure-management-docs
container-registry-rbac-abac-repository-permissions; awsdocs/amazon-eks-user-guide create-node-role, private-clusters;
docs.cloud.google.com artifact-registry/docs/integrate-gke. What a kubelet can be told: learn.microsoft.com
azure/aks/custom-node-configuration-reference, docs.aws.amazon.com eks/latest/eksctl/node-bootstrapping, and
NodeKubeletConfig of GKE's API.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pulls.causes import Code
from pulls.fix.command import Fix

_AKS_ROLE = (
    "az role assignment create --assignee-principal-type ServicePrincipal --assignee-object-id "
    '"$(az aks show -g {resource_group} -n {cluster} --query identityProfile.kubeletidentity.objectId -o tsv)" '
    '--scope "$(az acr show -n {registry_name} --query id -o tsv)" --role '
)
_AKS_GRANT = (
    Fix("Lets the kubelet identity pull; up to 10 minutes pass until it counts.", _AKS_ROLE + "AcrPull"),
    Fix(
        "The same for a registry in ABAC mode, where AcrPull is void.",
        _AKS_ROLE + '"Container Registry Repository Reader"',
    ),
    Fix(
        "The same in one word, not for ABAC mode; reattaches an identity that a scale set lost.",
        "az aks update -g {resource_group} -n {cluster} --attach-acr {registry_name}",
    ),
    Fix("Tries it from a node.", "az aks check-acr -g {resource_group} -n {cluster} --acr {registry}"),
)
_EKS_ROLE = Fix(
    "Lets the node role pull from ECR; on Fargate it is the pod execution role.",
    "aws iam attach-role-policy --role-name {node_role} "
    "--policy-arn arn:{partition}:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
)
_EKS_WHICH = Fix(
    "Names the node role.",
    "aws eks describe-nodegroup --cluster-name {cluster} --nodegroup-name {node_group} "
    "--query nodegroup.nodeRole --output text",
)
_EKS_REPOSITORY = Fix(
    "In the account that owns the repository: lets another account's node role pull. It replaces the policy there.",
    "aws ecr set-repository-policy --region {region} --registry-id {account} "
    "--repository-name {repository} "
    """--policy-text '{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","""
    """"Principal":{{"AWS":"{node_role_arn}"}},"""
    """"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:BatchCheckLayerAvailability"]}}]}}'""",
)
_GKE_ROLE = Fix(
    "Lets the nodes' service account pull; 2 to 7 minutes pass until it counts.",
    "gcloud artifacts repositories add-iam-policy-binding {repository_id} --project={project} --location={location} "
    "--member=serviceAccount:{node_account} --role=roles/artifactregistry.reader",
)
_GKE_WHICH = Fix(
    "Names the nodes' service account; `default` is PROJECT_NUMBER-compute@developer.gserviceaccount.com.",
    "gcloud container node-pools describe {node_pool} --cluster={cluster} --location={cluster_location} "
    "--format='value(config.serviceAccount,config.oauthScopes)'",
)

AKS: Mapping[Code, tuple[Fix, ...]] = MappingProxyType(
    {
        Code.NO_CREDENTIALS: _AKS_GRANT,
        Code.CREDENTIALS_REFUSED: _AKS_GRANT,
        Code.FORBIDDEN: (
            Fix(
                "Lets the cluster's outbound address through the registry's firewall.",
                "az acr network-rule add -n {registry_name} --ip-address {address}",
            ),
            *_AKS_GRANT,
        ),
        Code.NOT_FOUND: (
            Fix(
                "Lists the newest tags.",
                "az acr repository show-tags -n {registry_name} --repository {repository} --orderby time_desc --top 10",
            ),
        ),
        Code.DNS: (
            Fix(
                "With a private endpoint: lets the cluster's network resolve it.",
                "az network private-dns link vnet create -g {resource_group} -z privatelink.azurecr.io "
                "-n {registry_name} -v {network} -e false",
            ),
        ),
        Code.UNREACHABLE: (
            Fix("Tries it from a node.", "az aks check-acr -g {resource_group} -n {cluster} --acr {registry}"),
        ),
        Code.TLS_UNTRUSTED: (
            Fix(
                "Trusts the authorities of a file on every node.",
                "az aks update -g {resource_group} -n {cluster} --custom-ca-trust-certificates {file}",
            ),
        ),
        Code.RATE_LIMITED: (
            Fix(
                "Copies the image to your own registry.",
                "az acr import -n {registry_name} --source {image} --image {repository}:{tag}",
            ),
        ),
        Code.NODE_QPS: (
            Fix(
                "Spreads the pods over more nodes: AKS has no setting for the kubelet's limit (--kubelet-config).",
                "az aks nodepool scale -g {resource_group} --cluster-name {cluster} -n {node_pool} "
                "--node-count {node_count}",
            ),
        ),
        Code.DISK_FULL: (
            Fix(
                "Adds nodes with larger disks, in GiB.",
                "az aks nodepool add -g {resource_group} --cluster-name {cluster} -n {node_pool} "
                "--node-osdisk-size 128",
            ),
        ),
        Code.RUNTIME_BROKEN: (
            Fix(
                "Restarts the node.",
                "az vmss restart -g {node_resource_group} -n {scale_set} --instance-ids {instance}",
            ),
        ),
    }
)

EKS: Mapping[Code, tuple[Fix, ...]] = MappingProxyType(
    {
        Code.NO_CREDENTIALS: (_EKS_ROLE, _EKS_WHICH),
        Code.CREDENTIALS_REFUSED: (_EKS_ROLE, _EKS_WHICH),
        Code.FORBIDDEN: (_EKS_ROLE, _EKS_WHICH, _EKS_REPOSITORY),
        Code.NOT_FOUND: (
            Fix(
                "Lists what the repository has.",
                "aws ecr describe-images --region {region} --registry-id {account} "
                "--repository-name {repository} "
                "--query 'sort_by(imageDetails,&imagePushedAt)[-10:].[imagePushedAt,imageTags[0],imageDigest]' "
                "--output table",
            ),
            Fix("Makes the repository.", "aws ecr create-repository --region {region} --repository-name {repository}"),
        ),
        Code.UNREACHABLE: (
            Fix(
                "In a private subnet: a way to the registry; make the same for ecr.api, and an S3 gateway for layers.",
                "aws ec2 create-vpc-endpoint --region {region} --vpc-id {network} --vpc-endpoint-type Interface "
                "--service-name com.amazonaws.{region}.ecr.dkr --subnet-ids {subnet} "
                "--security-group-ids {security_group} --private-dns-enabled",
            ),
            Fix(
                "The gateway through which layers come.",
                "aws ec2 create-vpc-endpoint --region {region} --vpc-id {network} --vpc-endpoint-type Gateway "
                "--service-name com.amazonaws.{region}.s3 --route-table-ids {route_table}",
            ),
        ),
        Code.RATE_LIMITED: (
            Fix(
                "Pulls Docker Hub's images through your own registry; the login is a secret in Secrets Manager.",
                "aws ecr create-pull-through-cache-rule --region {region} --ecr-repository-prefix docker-hub "
                "--upstream-registry-url registry-1.docker.io --credential-arn {secret_arn}",
            ),
        ),
        Code.NODE_QPS: (
            Fix(
                "Makes nodes that start more pulls: in the file, registryPullQPS: 20 and registryBurst: 40 under "
                "spec.kubelet.config of overrideBootstrapCommand; before Amazon Linux 2023, in kubeletExtraConfig.",
                "eksctl create nodegroup --config-file {file}",
            ),
        ),
        Code.DISK_FULL: (
            Fix(
                "Adds nodes with larger disks, in GiB.",
                "eksctl create nodegroup --cluster {cluster} --region {region} --node-volume-size 100",
            ),
        ),
        Code.RUNTIME_BROKEN: (
            Fix("Restarts the node.", "aws ec2 reboot-instances --region {region} --instance-ids {instance}"),
        ),
    }
)

GKE: Mapping[Code, tuple[Fix, ...]] = MappingProxyType(
    {
        Code.NO_CREDENTIALS: (_GKE_ROLE, _GKE_WHICH),
        Code.CREDENTIALS_REFUSED: (_GKE_ROLE, _GKE_WHICH),
        Code.FORBIDDEN: (
            _GKE_ROLE,
            _GKE_WHICH,
            Fix("Turns the API on.", "gcloud services enable artifactregistry.googleapis.com --project={project}"),
        ),
        Code.NOT_FOUND: (
            Fix(
                "Lists what the repository has.",
                "gcloud artifacts docker images list {location}-docker.pkg.dev/{project}/{repository_id} "
                "--include-tags",
            ),
        ),
        Code.UNREACHABLE: (
            Fix(
                "With private nodes: a way to Google's services.",
                "gcloud compute networks subnets update {subnet} --project={project} --region={region} "
                "--enable-private-ip-google-access",
            ),
        ),
        Code.TLS_UNTRUSTED: (
            Fix(
                "Trusts a private authority, as a file says it (privateRegistryAccessConfig).",
                "gcloud container clusters update {cluster} --location={cluster_location} "
                "--containerd-config-from-file={file}",
            ),
        ),
        Code.RATE_LIMITED: (
            Fix(
                "Pulls Docker Hub's images through your own registry.",
                "gcloud artifacts repositories create {repository_id} --project={project} --location={location} "
                "--repository-format=docker --mode=remote-repository --remote-docker-repo=DOCKER-HUB",
            ),
        ),
        Code.NODE_QPS: (
            Fix(
                "Spreads the pods over more nodes, so many in each zone: GKE has no setting for the kubelet's limit.",
                "gcloud container clusters resize {cluster} --location={cluster_location} --node-pool={node_pool} "
                "--num-nodes={node_count}",
            ),
        ),
        Code.DISK_FULL: (
            Fix(
                "Adds nodes with larger disks, in GB.",
                "gcloud container node-pools create {node_pool} --cluster={cluster} --location={cluster_location} "
                "--disk-size=200",
            ),
        ),
        Code.RUNTIME_BROKEN: (Fix("Restarts the node.", "gcloud compute instances reset {node} --zone={zone}"),),
    }
)
