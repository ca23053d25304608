"""60 reads and 20 writes a minute; over it 429."""
import math
from collections import defaultdict, deque

from ..messages import Refusal

MINUTE = 60


class Quota:
    def __init__(self, switches, clock):
        self.switches, self.clock = switches, clock
        self.counted = defaultdict(deque)  # (scope, kind) -> when

    def count(self, token, kind, number):
        scope = token if self.switches.quotaScope == "token" else "tenant"
        limit = self.switches.readsPerMinute if kind == "read" else self.switches.writesPerMinute
        times, now = self.counted[scope, kind], self.clock.now
        start = now - MINUTE if self.switches.quotaWindow == "sliding" else now // MINUTE * MINUTE - 1e-6
        while times and times[0] <= start:
            times.popleft()
        if len(times) + number > limit:
            wait = (times[0] if times else now) + MINUTE - now if self.switches.quotaWindow == "sliding" else MINUTE - now % MINUTE
            raise Refusal(429, "throttled", "Request was throttled.", retry_after=max(1, math.ceil(wait)))
        times.extend([now] * number)
