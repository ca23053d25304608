"""Pods have an MTU of 1450, as on overlay networks, and nodes drop fragments: packets must fit, through every tunnel."""
import json
import subprocess

from case import EndToEndCase
from connections import FILES_PORT

SIZES = {"office": 1346, "ipsec-psk": 1346, "openvpn": 1358, "openvpn-tcp": 1332, "openvpn-lz4": 1314}
"""The segment size of each connection: 1450 without what its protocol and cipher add (AES-GCM, but AES-256-CBC with
SHA256 and compression for openvpn-lz4) and without IP and TCP headers."""
MEGABYTES = 2
UPLOAD = 'head -c "$1" /dev/zero | curl -sS -m 10 -H Expect: --data-binary @- "$2"'


def fragments():
    """Fragments that the nodes have dropped."""
    count = 0
    for node in ("cl-n1", "cl-n2"):
        words = ["nsenter", f"--net=/run/netns/{node}", "nft", "-j", "list", "counter", "ip", "cl-testbed", "fragments"]
        listing = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
        count += listing["nftables"][1]["counter"]["packets"]
    return count


class PacketSizes(EndToEndCase):
    connections = tuple(SIZES)

    def test_large_transfers_pass_in_both_directions_without_a_fragment(self):
        for name in SIZES:
            self.wait_connected(name, seconds=90)
        before = fragments()
        for name, size in SIZES.items():
            with self.subTest(connection=name):
                address = f"{name}:{FILES_PORT}"
                sizes = {tunnel["maximumSegmentSize"] for tunnel in self.environment.tunnels(name).values()}
                self.assertEqual(sizes, {size})
                sent = self.environment.run("bash", "-c", UPLOAD, "upload", str(MEGABYTES << 20), address).strip()
                self.assertEqual(int(sent), MEGABYTES << 20)
                received = self.environment.run("curl", "-sS", "-m", "10", "-o", "/dev/null", "-w", "%{size_download}",
                                                f"{address}/big?mb={MEGABYTES}")
                self.assertEqual(int(received), MEGABYTES << 20)
        self.assertEqual(fragments(), before)
