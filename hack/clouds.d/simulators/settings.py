"""How slow and how forgetful the simulated cloud is; changed through the control door while it runs."""
import time
from dataclasses import asdict, dataclass, fields


@dataclass
class Settings:
    # A long operation (AWS: a NAT gateway; Google Cloud, Azure: nearly every change) is over when this time has passed
    # *and* it was seen unfinished so many times.
    operationSeconds: float = 0.2
    operationReads: int = 1
    # For how long a NAT gateway that is deleted, or failed, is still shown. AWS only.
    tombstoneSeconds: float = 3600
    # What was just made is not shown by describes and lists for this time, and so many of them. AWS only.
    consistencySeconds: float = 0
    consistencyReads: int = 0
    # Whether calls other than describes fail with NotFound meanwhile too.
    consistencyOfWrites: bool = False
    # The most items on a page, whatever was asked for. 0: as the vendor does.
    pageSize: int = 0
    # How long tokens and temporary credentials live.
    sessionSeconds: float = 3600
    # Whose machine asks the metadata server: the address of its service account. Empty: the operator's. Google Cloud only.
    machineAccount: str = ""
    # What the trust policy of every role demands as sts:ExternalId. Empty: nothing. AWS only.
    externalID: str = ""
    # Whether the credentials have the rights of manifests/permissions/aws-policy.json and no others. AWS only.
    leastRights: bool = False
    # And, beside those, the rights of manifests/permissions/aws-connectors-policy.json. AWS only.
    connectorRights: bool = False

    def __post_init__(self):
        self.clock = None  # seconds since 1970 at a client on virtual time, which then decides when an operation is over

    def now(self):
        return time.time() if self.clock is None else self.clock

    def change(self, values):
        kinds = {field.name: field.type for field in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"no setting {name}; there are {', '.join(kinds)}")
            setattr(self, name, kinds[name](value))

    def as_json(self):
        return asdict(self)

    def operation(self):
        return Wait(self.operationSeconds, self.operationReads, self.now)

    def consistency(self):
        return Wait(self.consistencySeconds, self.consistencyReads, self.now)


class Wait:
    """Over when the time has passed and it was looked at often enough."""

    def __init__(self, seconds, reads, now):
        self.now, self.ends, self.reads = now, now() + seconds, reads

    def look(self):
        """Counts as one look. -> whether it is over."""
        if self.over:
            return True
        self.reads -= 1
        return False

    @property
    def over(self):
        return self.reads <= 0 and self.now() >= self.ends
