"""A simulator on a port of its own for the tests of one class, and its control door."""
import json
import threading
import time
import unittest
import urllib.error
import urllib.request

from simulators.server import Server


class SimulatorTest(unittest.TestCase):
    make = None  # the simulator's class

    @classmethod
    def setUpClass(cls):
        cls.server = Server(("127.0.0.1", 0), cls.make)
        cls.url = "http://127.0.0.1:%d" % cls.server.server_address[1]
        threading.Thread(target=cls.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self):
        self.control("reset", {})
        self.control("settings", {"operationSeconds": 0})

    def control(self, name, body=None):
        """POSTs to the control door, or GETs where there is no body."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sim/{name}", data)) as answer:
            text = answer.read().decode()
        return [json.loads(line) for line in text.splitlines()] if name.startswith("requests") else json.loads(text)

    def operations(self):
        return [(line["operation"], line["status"]) for line in self.control("requests")]

    def http(self, method, path, body=None, headers=None):
        """-> (status, headers, bytes) of a request outside any vendor's client."""
        request = urllib.request.Request(self.url + path, body, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()


def until(wanted, seconds=5):
    """Asks until the answer is true. -> that answer"""
    end = time.monotonic() + seconds
    while not (answer := wanted()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
    return answer
