"""The cluster, through kubectl: what a person would type."""
import json
import subprocess
import time


class CommandFailed(Exception):
    pass


def kubectl(*arguments, stdin=None, timeout=60):
    """Standard output of kubectl; CommandFailed with its words when it fails."""
    done = subprocess.run(
        ["kubectl", *arguments], input=stdin, capture_output=True, text=True, timeout=timeout
    )
    if done.returncode:
        raise CommandFailed(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def from_yaml(text):
    """The documents. Debian's Python has the module (hack/install); another one may not."""
    program = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))"
    done = subprocess.run(["/usr/bin/python3", "-c", program], input=text, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def as_list(objects):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})


def apply(*objects):
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=as_list(objects))


def create(*objects):
    kubectl("create", "-f", "-", stdin=as_list(objects))


def delete(*objects, wait=True):
    arguments = ["delete", "--ignore-not-found", f"--wait={str(wait).lower()}", "--timeout=60s", "-f", "-"]
    kubectl(*arguments, stdin=as_list(objects), timeout=90)


def patch(kind, name, namespace, change):
    kubectl("-n", namespace, "patch", kind, name, "--type=merge", "-p", json.dumps(change))


def get(kind, name, namespace):
    """The object; None when there is none."""
    text = kubectl("-n", namespace, "get", kind, name, "-o", "json", "--ignore-not-found")
    return json.loads(text) if text.strip() else None


def items(kinds, namespace, selector=""):
    return json.loads(kubectl("-n", namespace, "get", kinds, "-l", selector, "-o", "json"))["items"]


def condition(thing, kind="Ready"):
    """The condition of that type; an empty one when the object has none yet."""
    conditions = ((thing or {}).get("status") or {}).get("conditions") or []
    return next((found for found in conditions if found["type"] == kind), {})


def server_minor():
    version = json.loads(kubectl("version", "-o", "json"))["serverVersion"]
    return int("".join(filter(str.isdigit, version["minor"])))


class NeverHappened(AssertionError):
    pass


def wait_until(what, question, seconds=60, pause=0.3):
    """The first true answer of `question`; NeverHappened, with the last answer or error, after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        last = None
        try:
            last = question()
            if last:
                return last
        except (CommandFailed, subprocess.TimeoutExpired) as error:
            last = error
        if time.monotonic() > deadline:
            raise NeverHappened(f"not within {seconds} s: {what}; last seen: {last}")
        time.sleep(pause)
