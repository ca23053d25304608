"""Compute Engine's networks, and the places where tokens come from."""
