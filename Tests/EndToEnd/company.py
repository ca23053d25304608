"""The company at the other end: hack/company."""
import contextlib
import os
import subprocess

COMMAND = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../hack/company")
PASSWORD = "S3cret pass"
HELLO, FILES, NAME_SERVER = "192.168.100.30", "192.168.100.30", "192.168.100.53"
PAGE = "<body><h1>Hello world!</h1></body></html>"
SILENT = "10.200.0.250"
"""An address of the machine network that nobody has."""


def company(*arguments):
    done = subprocess.run([COMMAND, *arguments], capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise RuntimeError(f"hack/company {' '.join(arguments)}: {done.stderr or done.stdout}")
    return done.stdout


def servers(number, flavour="vpn"):
    """Address of server 1 or 2: vpn (EAP-MSCHAPv2 and OpenVPN), tls (EAP-TLS), psk, cert (certificates without EAP), site
    (no virtual IP, a network at a time) or dialup (EAP-MSCHAPv2, and a shared key for the server)."""
    flavours = ["vpn", "tls", "psk", "cert", "site", "dialup"]
    return f"10.200.0.{100 + 10 * flavours.index(flavour) + number}"


@contextlib.contextmanager
def stopped(*numbers):
    """Those servers are dead, as when their machines lose power, until the block ends."""
    try:
        for number in numbers:
            company("stop-server", str(number))
        yield
    finally:
        for number in numbers:
            company("start-server", str(number))


@contextlib.contextmanager
def expired_certificate(number):
    try:
        company("expire-certificate", str(number))
        yield
    finally:
        company("restore-certificate", str(number))


@contextlib.contextmanager
def password(new):
    """The servers know another password until the block ends; sessions that stand go on."""
    try:
        company("set-password", new)
        yield
    finally:
        company("set-password", PASSWORD)


def packets_in_the_clear():
    """Packets for the company that left a pod outside any tunnel, since the last reset, on all nodes."""
    return int(company("leak-counter"))
