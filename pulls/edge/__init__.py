"""The way from outside to the pods: Ingress, class, Service, certificate, name. What the kubelet knows nothing of."""
