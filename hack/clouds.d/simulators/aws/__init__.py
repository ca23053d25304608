"""EC2's networks, STS and the places where an instance finds credentials: moto, behind what moto does not do."""
