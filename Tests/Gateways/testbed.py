"""hack/gateway-testbed, and gateways in it."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BINARY = os.path.join(ROOT, ".build/debug/cloudlinker-gateway")
STATE = os.environ.get("CLOUDLINKER_GATEWAY_TESTBED", "/tmp/cloudlinker-gateway-testbed")
PAGE_PORT, FILES_PORT, ECHO_PORT = 33000, 33001, 33053


def command(*arguments):
    done = subprocess.run([os.path.join(ROOT, "hack/gateway-testbed"), *arguments], capture_output=True, text=True,
                          timeout=120)
    if done.returncode:
        raise RuntimeError(f"hack/gateway-testbed {' '.join(arguments)}: {done.stderr or done.stdout}")
    return done.stdout


def enter(namespace):
    return ["nsenter", f"--net=/run/netns/clg-{namespace}"]


def in_namespace(namespace, *words, timeout=60):
    """Standard output of a command, what it prints before it fails included."""
    done = subprocess.run([*enter(namespace), *words], capture_output=True, text=True, timeout=timeout)
    return done.stdout.strip()


def counter(namespace, name):
    """Packets that hack/gateway-testbed path-mtu has counted there."""
    listing = json.loads(in_namespace(namespace, "nft", "-j", "list", "counter", "ip", "clg-path", name))
    return listing["nftables"][1]["counter"]["packets"]


def wait_until(what, question, seconds=30, pause=0.2):
    deadline = time.monotonic() + seconds
    while True:
        last = question()
        if last:
            return last
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}; last seen: {last}")
        time.sleep(pause)


class Gateway:
    """The gateway program in namespace clg-gwN, to server M; `change` gets its configuration before it starts."""

    def __init__(self, number, kind, server=None, change=lambda configuration: None, environment=None,
                 read_only_sysctls=False):
        self.number, self.address = number, f"10.209.0.2{number}"
        self.folder = tempfile.mkdtemp(prefix="clg-gateway-")
        secret = os.path.join(self.folder, "secret")
        command("configuration", kind, secret, str(server or number))
        self.file = os.path.join(secret, "gateway.json")
        self.change(change)
        self.log = open(os.path.join(self.folder, "log"), "w")
        start = 'mount --bind "$1" /etc/hosts && shift && '
        if read_only_sysctls:
            start += "mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys && "
        start += 'exec "$@"'
        self.process = subprocess.Popen(
            ["unshare", "--mount", *enter(f"gw{number}"), "bash", "-c", start, "-", f"{STATE}/hosts", BINARY,
             f"--config-directory={secret}", f"--runtime-directory={self.folder}/run"],
            env={**os.environ, "POD_IP": self.address, **(environment or {})}, stdout=self.log, stderr=self.log)

    def change(self, change):
        with open(self.file) as file:
            configuration = json.load(file)
        change(configuration)
        with open(self.file + ".new", "w") as file:
            json.dump(configuration, file)
        os.rename(self.file + ".new", self.file)

    def __enter__(self):
        try:
            return self.wait_ready()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.log.close()
        shutil.rmtree(self.folder)

    def ask(self, path):
        return in_namespace("client", "curl", "-sS", "-m", "2", f"http://{self.address}:15021{path}")

    def code(self, path):
        return in_namespace("client", "curl", "-so", "/dev/null", "-m", "2", "-w", "%{http_code}",
                            f"http://{self.address}:15021{path}")

    def status(self):
        text = self.ask("/status")
        return json.loads(text) if text else {}

    def wait_ready(self):
        try:
            wait_until("the gateway is ready", lambda: self.code("/readyz") == "200" or self.process.poll() is not None)
        except AssertionError as error:
            raise AssertionError(f"{error}; its log: {self.said()}") from None
        if self.process.poll() is not None:
            raise AssertionError(f"the gateway ended: {self.said()}")
        return self

    def said(self):
        with open(self.log.name) as file:
            return file.read()[-2000:]

    def fetch(self, seconds=5, port=PAGE_PORT):
        return in_namespace("client", "curl", "-s", "-m", str(seconds), f"http://{self.address}:{port}/")

    def transfer(self, megabytes, seconds=10):
        """Bytes that went up, and that came down, within that time each."""
        up = subprocess.run(
            [*enter("client"), "bash", "-c",
             'head -c "$1" /dev/zero | curl -s -m "$2" -H Expect: -H "Content-Type: application/octet-stream" '
             '--data-binary @- "$3"', "-", str(megabytes << 20), str(seconds), f"http://{self.address}:{FILES_PORT}/"],
            capture_output=True, text=True, timeout=60).stdout.strip()
        down = in_namespace("client", "curl", "-so", "/dev/null", "-m", str(seconds), "-w", "%{size_download}",
                            f"http://{self.address}:{FILES_PORT}/big?mb={megabytes}")
        return int(up or 0), int(down or 0)


class SlowDownload:
    """A connection that receives a numbered line each 100 ms."""

    def __init__(self, gateway, seconds):
        self.process = subprocess.Popen(
            [*enter("client"), "curl", "-sSN", f"http://{gateway.address}:{FILES_PORT}/slow?seconds={seconds}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.process.stdout.readline()

    def rest(self, seconds=60):
        """The exit code and the number of lines after the first."""
        text, _ = self.process.communicate(timeout=seconds)
        return self.process.returncode, len(text.splitlines())
