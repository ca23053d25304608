"""An object of EKS, what is under way with it, and the words in which EKS refuses."""
import uuid

from ...messages import Refusal


def in_use(message):
    return Refusal(409, "ResourceInUseException", message)


def not_found(message):
    return Refusal(404, "ResourceNotFoundException", message)


def wrong(message):
    return Refusal(400, "InvalidParameterException", message)


def unfit(message):
    return Refusal(400, "InvalidRequestException", message)


class Entry:
    """`shown`: as a describe answers. One thing at a time is under way, and it is over as the settings say."""

    def __init__(self, shown):
        self.shown, self.pending, self.updates, self.late = shown, None, {}, False

    @property
    def is_busy(self):
        return self.pending is not None

    def begin(self, wait, settle):
        self.pending = (wait, settle)

    def pass_time(self, looked=False):
        if self.pending:
            wait, settle = self.pending
            if wait.look() if looked else wait.over:
                self.pending = None
                settle()

    def look(self):
        """-> what a describe shows. The first one after an update began still shows ACTIVE."""
        self.pass_time(looked=True)
        if self.late:
            self.late = False
            return {**self.shown, "status": "ACTIVE"}
        return self.shown

    def update(self, kind, parameters, wait, failure, change):
        """Begins an update that changes the object when it succeeds. -> the update"""
        update = {"id": str(uuid.uuid4()), "status": "InProgress", "type": kind, "errors": [],
                  "params": [{"type": name, "value": str(value)} for name, value in parameters.items()]}
        before, self.shown["status"], self.late = self.shown["status"], "UPDATING", True

        def settle():
            self.shown["status"], self.late = before, False
            if failure:
                update["status"] = "Failed"
                update["errors"] = [{"errorCode": failure.get("code", "Unknown"), "errorMessage": failure.get("message", "")}]
            else:
                update["status"] = "Successful"
                change()

        self.updates[update["id"]] = update
        self.begin(wait, settle)
        return update


def changed(labels, payload, update, remove):
    """`labels` after a payload of addOrUpdate… and remove…."""
    left = {name: value for name, value in labels.items() if name not in payload.get(remove, [])}
    return left | payload.get(update, {})
