"""The simulated Google Cloud: GKE, Artifact Registry, service accounts and roles."""
