"""The rules by subject. Each is a pure function of a resource, or of all resources of a stack."""
