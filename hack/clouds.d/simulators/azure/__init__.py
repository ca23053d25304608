"""Azure Resource Manager's resource groups and networks, and the places where tokens come from."""
