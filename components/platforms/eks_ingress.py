"""How the internet reaches an app on EKS: by a load balancer of its Service, as EKS has no ingress controller."""

from components.platforms.contract import Ingress
from components.settings_models import CloudIngressSettings

_SCHEME = {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing"}
_TYPE = {"service.beta.kubernetes.io/aws-load-balancer-type": "nlb"}
_AUTO_MODE = "eks.amazonaws.com/nlb"
"""Auto Mode makes load balancers for this class only (awsdocs/amazon-eks-user-guide, auto-configure-nlb)."""


def ingress(settings: CloudIngressSettings, *, auto_mode: bool) -> Ingress:
    """A network load balancer, or the IngressClass that the stack file names."""
    if settings.class_name is not None:
        return Ingress(class_name=settings.class_name, annotations=settings.annotations)
    usual = _SCHEME if auto_mode else {**_TYPE, **_SCHEME}
    return Ingress(
        class_name=None,
        annotations={**usual, **settings.annotations},
        load_balancer_class=_AUTO_MODE if auto_mode else None,
    )
