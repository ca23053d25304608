"""The simulator's time: the machine's, or a test's own, which comes with every request."""
import time
from datetime import datetime, timezone


class Clock:
    """A request's X-Sim-Time (seconds since 1970) sets it; it never goes back."""

    def __init__(self):
        self.fixed = None

    def set(self, seconds):
        self.fixed = max(self.fixed or 0, float(seconds))

    @property
    def now(self):
        return time.time() if self.fixed is None else self.fixed


def text(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
