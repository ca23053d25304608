"""Simulators of the three clouds' network APIs. Each refuses what its vendor would refuse, so that it cannot agree with a
mistaken client; see docs/clouds.md."""
