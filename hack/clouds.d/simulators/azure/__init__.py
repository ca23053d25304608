"""Azure Resource Manager's resource groups, networks and clusters, and the places where tokens come from."""
