"""What is not known about Twingate, each as a switch that tests set either way."""
from dataclasses import dataclass

from ..settings import Settings


@dataclass
class Switches(Settings):
    # How a token of too low a level is refused: "status" (403), "errors" (top level), "payload" (ok: false).
    levelRefusal: str = "errors"
    # Whether each token has a quota of its own, or the tenant has one: "token", "tenant".
    quotaScope: str = "tenant"
    # "sliding": any 60 s; "fixed": each minute of the clock.
    quotaWindow: str = "sliding"
    # Whether a document with several mutations counts as one.
    countsFields: bool = True
    readsPerMinute: int = 60
    writesPerMinute: int = 20
    # Whether a 429 says how long to wait.
    saysRetryAfter: bool = True
    # What is answered for a network that does not exist: "html" (200), "status" (404).
    unknownNetwork: str = "html"
    # How the Default Policy reads: "null", "id".
    defaultPolicy: str = "null"
    # What deleting something absent answers: "ok", "error".
    absentOnDelete: str = "ok"
    # Whether userIds: [] in groupUpdate empties the group.
    emptyUserIdsEmpties: bool = True
    # The HTTP status of an answer with top-level errors: 200, 400.
    errorStatus: int = 200
    # Whether a remote network that holds something can be deleted: "refused", "cascade".
    deleteInUse: str = "refused"
    # Whether names of service accounts are unique.
    uniqueServiceAccounts: bool = False
    # After how many seconds without a heartbeat a connector is dead.
    heartbeatSeconds: float = 60
