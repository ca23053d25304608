"""A kube-apiserver with its etcd, for one test run."""
import os
import shutil
import socket
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ControlPlane:
    def __init__(self, binaries):
        self.folder = tempfile.mkdtemp(prefix="chart-")
        self.processes = []
        try:
            self.start_all(binaries)
        except BaseException:
            self.stop()
            raise

    def start_all(self, binaries):
        etcd, api = free_port(), free_port()
        self.start(
            os.path.join(binaries, "etcd"), f"--data-dir={self.folder}/etcd", "--unsafe-no-fsync", "--log-level=error",
            f"--listen-client-urls=http://127.0.0.1:{etcd}", f"--advertise-client-urls=http://127.0.0.1:{etcd}",
            "--listen-peer-urls=http://127.0.0.1:0",
        )
        keys = os.path.join(self.folder, "service-accounts.key")
        subprocess.run(["openssl", "genrsa", "-out", keys, "2048"], check=True, capture_output=True)
        with open(os.path.join(self.folder, "tokens.csv"), "w", encoding="utf-8") as file:
            file.write("admin-token,admin,admin,system:masters\n")
        self.start(
            os.path.join(binaries, "kube-apiserver"), f"--etcd-servers=http://127.0.0.1:{etcd}",
            "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", f"--secure-port={api}",
            f"--cert-dir={self.folder}", f"--token-auth-file={self.folder}/tokens.csv", "--authorization-mode=RBAC",
            "--service-account-issuer=https://kubernetes.default.svc", f"--service-account-key-file={keys}",
            f"--service-account-signing-key-file={keys}", "--allow-privileged=true",
            "--service-cluster-ip-range=10.0.0.0/24", "--disable-admission-plugins=ServiceAccount",
        )
        self.environment = {**os.environ, "KUBECONFIG": os.path.join(self.folder, "kubeconfig")}
        self.run("kubectl", "config", "set-cluster", "c", f"--server=https://127.0.0.1:{api}", "--insecure-skip-tls-verify")
        self.run("kubectl", "config", "set-credentials", "u", "--token=admin-token")
        self.run("kubectl", "config", "set-context", "c", "--cluster=c", "--user=u")
        self.run("kubectl", "config", "use-context", "c")
        self.wait_until_ready()

    def start(self, *command):
        log = open(os.path.join(self.folder, os.path.basename(command[0]) + ".log"), "wb")
        self.processes.append(subprocess.Popen(command, stdout=log, stderr=log))
        log.close()

    def wait_until_ready(self, seconds=60):
        end = time.monotonic() + seconds
        while self.run("kubectl", "get", "--raw", "/readyz", check=False).returncode:
            if time.monotonic() > end:
                raise RuntimeError("the API server is not ready after 60 s")
            time.sleep(0.2)

    def run(self, *command, check=True, **options):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, **options)
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
        return done

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        shutil.rmtree(self.folder)
