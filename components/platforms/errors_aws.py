"""Refusals of IAM, EKS, ECR and EC2, in their own words.

Sources: the errors of the service models (botocore ecr/2015-09-21, eks/2017-11-01), docs.aws.amazon.com
eks/latest/userguide/troubleshooting and AWSEC2/latest/APIReference/errors-overview; texts of pulumi/templates#525,
nitrictech/cli#273, getmoto/moto eks/exceptions.py and hashicorp/terraform-provider-aws.
"""

from components.platforms.saying import CLUSTER, Saying

_LOGIN = ("aws",)
_TYPE = ("cluster", "nodeType")
_VERSION = ("cluster", "kubernetesVersion")
_PROFILE = ("profile",)
_MAY_NOT = "{who}, who deploys, may not do {action}; docs/clouds.md lists what it needs"
_UNPROTECT = "pulumi up -s {stack} && pulumi destroy -s {stack}  # afterwards"

AWS = (
    Saying(
        r"RepositoryAlreadyExistsException.*?repository with name '(?P<name>[^']+)'",
        ("registry", "mode"),
        "the repository {name} is there already",
        ((("registry", "mode"), "existing"), (("image", "repository"), "<name>")),
    ),
    Saying(
        r"Cluster already exists with name: (?P<name>[\w-]+)",
        ("cluster", "mode"),
        "the cluster {name} is there already",
        ((("cluster", "mode"), "existing"), (("cluster", "name"), "<name>")),
    ),
    Saying(
        r"EntityAlreadyExists\S*: (?:\w+ )+(?P<name>[\w+=,.@-]+) already exists",
        ("cluster", "name"),
        "{name} is there already in IAM, of another stack or left by one",
        ((("cluster", "name"), "<name>"), "aws iam get-role --role-name {name}  # whose it is"),
    ),
    Saying(
        r"access entry resource is already in use",
        ("cluster", "admins"),
        "whoever makes the cluster administers it anyway, and has an entry of its own",
        ("aws sts get-caller-identity --query Arn --output text  # take that one away",),
    ),
    Saying(
        r"RepositoryNotEmptyException(?:.*?name '(?P<name>[^']+)' in registry with id '(?P<account>\d+)')?",
        _PROFILE,
        "ECR keeps a repository that has images; the profile test deletes them along with it",
        (
            (_PROFILE, "test"),
            _UNPROTECT,
            "aws ecr delete-repository --force --region {registry_region} --registry-id {account} "
            "--repository-name {name}  # or by hand",
        ),
    ),
    Saying(
        r"(?i)deletion ?protection",
        _PROFILE,
        "the profile production protects the cluster from deletion",
        ((_PROFILE, "test"), _UNPROTECT),
        "eks/cluster",
    ),
    Saying(
        r"(?P<who>arn:aws[-a-z]*:\S+) is not authorized to perform: iam:AttachRolePolicy",
        ("cluster", "attachPull"),
        "{who}, who deploys, may not give the nodes' role the right to pull; somebody else can, and this stack then "
        "leaves it as it is",
        ((("cluster", "attachPull"), False),),
        "rolePolicyAttachment",
        {CLUSTER: "existing"},
    ),
    Saying(
        # IAM simulates a role and no session of one, whose ARN does not say the role's path.
        r"(?P<who>arn:aws[-a-z]*:sts::\d+:assumed-role/(?P<role>[^/\s]+)/\S+) is not authorized to perform: "
        r"(?P<action>[\w-]+:\w+)",
        _LOGIN,
        _MAY_NOT,
        (
            'aws iam simulate-principal-policy --policy-source-arn "$(aws iam get-role --role-name {role} '
            '--query Role.Arn --output text)" --action-names {action}',
        ),
    ),
    Saying(
        r"(?P<who>arn:aws[-a-z]*:\S+) is not authorized to perform: (?P<action>[\w-]+:\w+)",
        _LOGIN,
        _MAY_NOT,
        ("aws iam simulate-principal-policy --policy-source-arn {who} --action-names {action}",),
    ),
    Saying(
        r"AWS account ID not allowed: (?P<account>\d+)",
        ("aws:allowedAccountIds",),
        "the login is of account {account}, which this stack may not use",
        ("aws sts get-caller-identity  # who it is", (("aws:profile",), "<profile>")),
    ),
    Saying(
        r"ExpiredToken|RequestExpired|token included in the request is (?:expired|invalid)|InvalidClientTokenId"
        r"|UnrecognizedClient|(?i:no valid credential sources|unable to validate AWS credentials)"
        r"|refresh cached (?:SSO token|credentials)|AuthFailure",
        _LOGIN,
        "not logged in, or the login has ended, or it is of another partition (China, US government)",
        ("aws sso login  # or new keys", "aws sts get-caller-identity  # who it is"),
    ),
    Saying(
        r"(?i)unsupported Kubernetes minor version update from (?P<old>[\d.]+) to (?P<new>[\d.]+)",
        _VERSION,
        "EKS goes from {old} to {new} one version at a time",
        ((_VERSION, "<version>"),),
    ),
    Saying(
        r"(?i)unsupported Kubernetes version|Kubernetes version .*?not supported",
        _VERSION,
        "EKS does not offer this version",
        (
            (_VERSION, None),
            "aws eks describe-cluster-versions --region {region} --query 'clusterVersions[].clusterVersion' "
            "--output text",
        ),
    ),
    Saying(
        r"(?P<arn>arn:aws[-a-z]*:iam::aws:policy/[\w/-]+) (?:does not exist or is not attachable|is not valid)",
        ("cluster", "region"),
        "{arn} is not of the partition that the login is in",
        ("aws sts get-caller-identity --query Arn  # which partition", (("cluster", "region"), "<region>")),
    ),
    Saying(
        r"Vpc(?:Limit|s)\w*Exceeded|(?:Address|InternetGateway|Vpc)LimitExceeded",
        ("cluster", "subnets"),
        "the account may have no more networks in this region; existing subnets in two zones will do",
        (
            (("cluster", "subnets", 0), "<subnet>"),
            (("cluster", "subnets", 1), "<subnet>"),
            "aws ec2 describe-subnets --region {region} --query 'Subnets[].[SubnetId,AvailabilityZone,VpcId]' "
            "--output text",
        ),
    ),
    Saying(
        r"VcpuLimitExceeded|current vCPU limit",
        _TYPE,
        "the account may have no more processors of this kind in this region",
        (
            (_TYPE, "<type>"),
            "aws service-quotas get-service-quota --region {region} --service-code ec2 --quota-code L-1216C47A"
            "  # what it may have",
        ),
    ),
    Saying(
        r"instance types? (?:do not exist: \[)?\(?(?P<type>[a-z0-9-]+\.[a-z0-9-]+)\)?",
        _TYPE,
        "there are no {type} in all of these zones",
        (
            "aws ec2 describe-instance-type-offerings --region {region} --location-type availability-zone "
            "--filters Name=instance-type,Values={type} --query 'InstanceTypeOfferings[].Location'",
            (_TYPE, "<type>"),
        ),
    ),
    Saying(
        r"(?P<zone>[a-z0-9-]+), the targeted availability zone, does not currently have sufficient capacity",
        ("cluster", "subnets"),
        "EKS takes no new clusters in {zone}; give subnets in other zones",
        ((("cluster", "subnets", 0), "<subnet>"), (("cluster", "subnets", 1), "<subnet>")),
    ),
    Saying(
        r"(?<!Request)LimitExceeded\w*: (?P<what>[^.]+)",
        _LOGIN,
        "a quota of the account: {what}",
        (
            "aws service-quotas list-services --region {region}"
            "  # then list-service-quotas, request-service-quota-increase",
        ),
    ),
    Saying(
        r"DependencyViolation",
        ("cluster",),
        "something of the cluster is still in its network, mostly a load balancer that outlived its Service",
        (
            "aws elbv2 describe-load-balancers --region {region} --query 'LoadBalancers[].[LoadBalancerArn,VpcId]' "
            "--output text",
            "aws elbv2 delete-load-balancer --region {region} --load-balancer-arn <arn>",
            "pulumi destroy -s {stack}  # once more",
        ),
    ),
)
