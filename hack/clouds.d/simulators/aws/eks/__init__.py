"""EKS with states of its own: moto's clusters are active at once, and it lacks updates, add-ons and access entries."""
