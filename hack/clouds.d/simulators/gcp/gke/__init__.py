"""Google Kubernetes Engine: clusters, node pools and operations (container v1)."""
