"""Serves a simulator over HTTP: checks each request, lets it meet its fault, answers it and notes what happened."""
import socket
import struct
import sys
import threading
import time
import traceback
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from .control_door import ControlDoor
from .faults import Faults
from .messages import Finding, Later, Refusal, Request
from .settings import Settings

RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, make_simulator):
        super().__init__(address, Connection)
        self.settings = getattr(make_simulator, "make_settings", Settings)()
        self.faults, self.journal = Faults(), []
        self.lock = threading.RLock()  # a simulator does one thing at a time; only delays go on beside each other
        self.simulator = make_simulator(self.settings)
        self.door = ControlDoor(self)

    def note(self, request, operation, findings, fault, status, response):
        line = {"time": round(request.arrived, 3), "operation": operation, "status": status, "method": request.method}
        line |= {"path": request.path, "query": request.query, "findings": [finding.as_json() for finding in findings]}
        if status == 0 or status >= 400:
            line["answer"] = response.encoded()[1].decode("utf-8", "replace")[:1000] if response else "connection reset"
        if fault:
            line["fault"] = fault.operation
        self.journal.append(line)

    def serve(self, request):
        """-> Response, or None where the connection is to be reset."""
        with self.lock:
            if "x-sim-time" in request.headers:
                self.settings.clock = request.clock
            operation, findings = self.check(request)
            fault = self.faults.take(operation)
        if fault and fault.delay:
            time.sleep(fault.delay)
        response = None
        if not (fault and fault.reset):
            response = self.patiently(request, operation, findings, fault)
        if fault and fault.dropAfter:
            response = None
        with self.lock:
            if fault and fault.endsSessions:
                self.simulator.identity.end_sessions()
            self.note(request, operation, findings, fault, response.status if response else 0, response)
        return response

    def check(self, request):
        try:
            return self.simulator.check(request)
        except Exception:
            traceback.print_exc()
            finding = Finding("", traceback.format_exc(limit=-3), self.simulator.code_for(500), 500)
            return f"{request.method} {request.path}", [finding]

    def patiently(self, *arguments):
        while True:
            try:
                with self.lock:
                    return self.answer(*arguments)
            except Later as later:
                time.sleep(later.seconds)
                arguments[0].waited += later.seconds

    def answer(self, request, operation, findings, fault):
        simulator = self.simulator
        try:
            if fault and fault.status:
                headers = {"Retry-After": f"{fault.retryAfter:g}"} if fault.retryAfter else {}
                code = fault.code or simulator.code_for(fault.status)
                response = simulator.refuse(request, Refusal(fault.status, code, fault.message or "A simulated fault."))
                response.headers.update(headers)
                return response
            request.failure = fault.fails if fault else None
            for finding in findings:
                if finding.is_error:
                    raise finding.refusal()
            return simulator.answer(request, operation)
        except Refusal as refusal:
            return simulator.refuse(request, refusal)
        except Later:
            raise
        except Exception:
            traceback.print_exc()
            return simulator.refuse(request, Refusal(500, simulator.code_for(500), traceback.format_exc(limit=-3)))


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def handle_request(self):
        url = urlsplit(self.path)
        headers = {}
        for name, value in self.headers.items():
            name = name.lower()
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        request = Request(self.command, url.path, url.query, headers, self.body())
        response = (
            self.server.door.answer(request) if url.path.startswith("/_sim/") else self.server.serve(request))
        self.reset() if response is None else self.send(response, request.clock)

    def send(self, response, clock):
        headers, body = response.encoded()
        headers["Date"] = formatdate(clock, usegmt=True)  # by which a client sees that its clock is wrong
        if response.status != 204:
            headers["Content-Length"] = str(len(body))
        lines = [f"HTTP/1.1 {response.status} {self.responses.get(response.status, ('',))[0]}"]
        head = "\r\n".join(lines + [f"{name}: {value}" for name, value in headers.items()] + ["", ""])
        self.wfile.write(head.encode() + (b"" if self.command == "HEAD" else body))  # one packet

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        self.connection.close()
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_request


def main(make_simulator):
    """python3 -m simulators.NAME ADDRESS PORT"""
    address, port = sys.argv[1:]
    server = Server((address, int(port)), make_simulator)
    print(f"{server.simulator.name}: http://{address}:{server.server_address[1]}", flush=True)
    server.serve_forever()
