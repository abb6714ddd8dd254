"""The simulated Azure: resource groups, container registries, AKS clusters, and the roles between them."""
