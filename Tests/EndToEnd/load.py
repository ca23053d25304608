"""Traffic from the environment's pod while something else happens."""
import threading
import time

# Each line: when the connection began, when it ended, what came of it in curl's words. It ends when its standard input
# does. -4: the two questions for A and AAAA at once are a known race of the nodes' connection tracking.
CONNECTIONS = r"""
connect() {
  while :; do
    begin=$(date +%s.%N)
    outcome=$(curl -4so /dev/null -w '%{http_code} %{errormsg}' --connect-timeout 3 --max-time 5 "$1")
    echo "$begin $(date +%s.%N) $outcome"
    sleep 0.1
  done
}
for worker in 1 2 3; do connect "$1" & done
cat >/dev/null
kill $(jobs -p)
"""


class Load:
    """New connections to an address, three at a time, for as long as the block lasts."""

    def __init__(self, environment, address):
        self.command = environment.start("bash", "-c", CONNECTIONS, "load", address)
        self.seen = []

    def __enter__(self):
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        time.sleep(1)
        return self

    def read(self):
        for line in self.command.stdout:
            begin, end, outcome = line.rstrip().split(" ", 2)
            self.seen.append((float(begin), float(end), outcome))

    def __exit__(self, *_):
        self.command.stdin.close()
        self.reader.join(20)
        self.command.kill()
        self.command.wait()
        self.command.stdout.close()

    @property
    def failed(self):
        return [connection for connection in self.seen if not connection[2].startswith("200")]

    def failed_after(self, moment):
        """Connections that began later than that and failed."""
        return [connection for connection in self.failed if connection[0] > moment]

    def summary(self):
        words = f"{len(self.seen)} connections, {len(self.failed)} failed"
        if self.failed:
            first, last = min(begin for begin, _, _ in self.failed), max(end for _, end, _ in self.failed)
            words += f" (within {last - first:.2f} s)"
        slowest = max((end - begin for begin, end, outcome in self.seen if outcome.startswith("200")), default=0)
        return f"{words}, the slowest good one took {slowest:.2f} s"


class Download:
    """A slow download: a numbered line each 100 ms, for a minute."""

    def __init__(self, environment, service_and_port):
        self.command = environment.start("curl", "-sSN", f"http://{service_and_port}/slow?seconds=60")
        self.lines = []

    def __enter__(self):
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        return self

    def read(self):
        for line in self.command.stdout:
            self.lines.append((time.monotonic(), int(line)))

    def __exit__(self, *_):
        self.command.kill()
        self.reader.join(20)
        self.command.wait()
        self.command.stdin.close()
        self.command.stdout.close()

    def trouble(self):
        """What is wrong with it so far; None when every line came in its turn and in time."""
        moments = [moment for moment, _ in self.lines] + [time.monotonic()]
        if [number for _, number in self.lines] != list(range(len(self.lines))):
            return "lines are missing"
        longest = max(later - earlier for earlier, later in zip(moments, moments[1:])) if self.lines else 0
        if self.command.poll() is not None or len(self.lines) < 5 or longest > 3:
            return f"ended: {self.command.poll()}, {len(self.lines)} lines, {longest:.1f} s without one"
        return None
