"""The words in which GKE refuses. `rpc`: the status, where the HTTP status does not tell it; `info`: the reason of an ErrorInfo."""
from ...messages import Refusal

BUSY = "CLUSTER_ALREADY_HAS_OPERATION"


def wrong(message):
    return Refusal(400, "badRequest", message)


def unfit(message, info=None):
    return Refusal(400, "failedPrecondition", message, rpc="FAILED_PRECONDITION", info=info)


def outdated(what):
    return Refusal(409, "aborted", f"The etag of the {what} does not match its current one.", rpc="ABORTED")


def not_found(path):
    return Refusal(404, "notFound", f"Not found: {path}.")


def exists(path):
    return Refusal(409, "alreadyExists", f"Already exists: {path}.")


def too_many(limit):
    return Refusal(429, "rateLimitExceeded", f"Operation concurrency quota of {limit} is exhausted: retry later.")


def not_simulated(what):
    return Refusal(501, "notImplemented", f"The simulator does not know {what}")
