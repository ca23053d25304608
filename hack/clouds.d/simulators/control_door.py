"""The door by which a test looks into a simulator and changes its behaviour: everything under /_sim/."""
import json

from .messages import Refusal, Response


class ControlDoor:
    def __init__(self, server):
        self.server = server

    def answer(self, request):
        verb, name = request.method, request.path.removeprefix("/_sim/")
        action = self.action(f"{verb.lower()}_{name}") if verb in ("GET", "POST") else None
        if action is None:
            return Response(404, {"error": f"no {verb} {request.path}; there are {', '.join(self.doors())}"})
        try:
            with self.server.lock:
                return action(request)
        except Refusal as refusal:
            return Response(400, {"error": str(refusal)})
        except (ValueError, TypeError, KeyError, LookupError) as error:
            return Response(400, {"error": f"{type(error).__name__}: {error}"})

    def action(self, name):
        """A simulator may have doors of its own."""
        return getattr(self, name, None) or getattr(self.server.simulator, name, None)

    def doors(self):
        known = dir(self) + dir(self.server.simulator)
        names = [name.split("_") for name in sorted(known) if name.startswith(("get_", "post_"))]
        return [f"{verb.upper()} /_sim/{name}" for verb, name in names]

    def get_requests(self, request):
        """What was asked, a JSON object a line, oldest first; ?after=N leaves out the first N, ?errors=1 all that was right."""
        query = request.parameters
        lines = self.server.journal[int(query.get("after", 0)):]
        if query.get("errors"):
            lines = [line for line in lines if any(finding["severity"] == "error" for finding in line["findings"])]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        return Response(200, text, {"Content-Type": "application/x-ndjson"})

    def get_faults(self, request):
        return Response(200, [vars(fault) for fault in self.server.faults.waiting])

    def post_faults(self, request):
        """Adds one fault, or a list of them; an empty list removes all."""
        entries = request.json()
        if entries == []:
            self.server.faults.clear()
        self.server.faults.add(entries)
        return self.get_faults(request)

    def get_settings(self, request):
        return Response(200, self.server.settings.as_json())

    def post_settings(self, request):
        self.server.settings.change(request.json())
        return self.get_settings(request)

    def post_reset(self, request):
        """Everything as after the start: no objects, faults or requests, settings as they were."""
        server = self.server
        server.faults.clear()
        server.journal.clear()
        server.settings.__init__()
        server.simulator.reset()
        return Response(200, {})

    def get_state(self, request):
        return Response(200, self.server.simulator.counts())

    def get_objects(self, request):
        """Everything there is, by its id, as the cloud shows it; without etags and fingerprints."""
        return Response(200, self.server.simulator.objects())

    def get_credentials(self, request):
        """What a client needs to be let in."""
        return Response(200, self.server.simulator.credentials())

    def post_revoke(self, request):
        """Nobody is let in any more but with new credentials. -> these"""
        self.server.simulator.identity.replace_key()
        self.server.simulator.identity.end_sessions()
        return self.get_credentials(request)

    def post_foreign(self, request):
        """Puts something into the cloud that the client under test knows nothing of, or takes it out again. -> its id"""
        wanted = request.json()
        if "remove" in wanted:
            self.server.simulator.remove_foreign(wanted["remove"])
            return Response(200, {"id": wanted["remove"]})
        return Response(200, self.server.simulator.foreign(wanted))
