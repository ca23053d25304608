"""Microsoft.ContainerService, and the identities and role assignments that its clusters need."""
