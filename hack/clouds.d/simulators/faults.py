"""Faults on demand: which requests meet them, and how often."""
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase


@dataclass
class Fault:
    """One entry of POST /_sim/faults. `operation` is a pattern with * over the names that /_sim/requests shows."""

    operation: str = "*"
    times: int = 1
    skip: int = 0  # so many matching requests pass before the first that does not
    status: int = 0  # answered instead of doing it, with `code` or what the vendor says with that status
    code: str = ""
    message: str = ""
    retryAfter: float = 0  # seconds, as a header
    delay: float = 0  # seconds before anything is done
    reset: bool = False  # the connection is reset, and nothing is done
    dropAfter: bool = False  # it is done, and then the connection is reset: the answer is lost
    endsSessions: bool = False  # it is done, and then every token and temporary key has expired
    fails: dict | None = None  # {code, message}: it is accepted, and the long operation ends so

    @classmethod
    def parse(cls, entry):
        entry = {{"drop-after": "dropAfter", "ends-sessions": "endsSessions"}.get(name, name): value for name, value in entry.items()}
        known = {field.name for field in fields(cls)}
        if unknown := set(entry) - known:
            raise ValueError(f"no such part of a fault: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        fault = cls(**entry)
        if not (fault.status or fault.delay or fault.reset or fault.dropAfter or fault.endsSessions or fault.fails):
            raise ValueError("a fault needs one of status, delay, reset, drop-after, ends-sessions, fails")
        return fault

    def matches(self, operation):
        name = operation.lower()
        # AWS: also without the service, CreateVpc for ec2:CreateVpc.
        return any(fnmatchcase(known, self.operation.lower()) for known in (name, name.rpartition(":")[2]))


class Faults:
    def __init__(self):
        self.waiting = []

    def add(self, entries):
        self.waiting += [Fault.parse(entry) for entry in (entries if isinstance(entries, list) else [entries])]

    def clear(self):
        self.waiting = []

    def take(self, operation):
        """The fault that this request meets, or None."""
        for fault in self.waiting:
            if not fault.matches(operation):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return None
