# Sourced by hack/testbed. etcd, API server, controllers, scheduler and DNS, on the machine itself,
# bound to the bridge that the nodes hang on.

# What a later run must put back: the kubelet and we change these for the whole machine.
settings=(net.ipv4.ip_forward vm.overcommit_memory kernel.panic kernel.panic_on_oops
  kernel.keys.root_maxkeys kernel.keys.root_maxbytes)

save_settings() { sysctl -e "${settings[@]}" >"$state/settings"; }
restore_settings() { [ ! -s "$state/settings" ] || sysctl -qe -p "$state/settings" >/dev/null || true; }

make_credentials() {
  (
    umask 077
    openssl genrsa -out "$state/service-accounts.key" 2048 2>/dev/null
    openssl rand -hex 16 >"$state/admin.token"
    echo "$(<"$state/admin.token"),admin,admin,system:masters" >"$state/tokens.csv"
  )
  openssl rsa -in "$state/service-accounts.key" -pubout -out "$state/service-accounts.pub" 2>/dev/null
}

start_etcd() {
  spawn cl-testbed/etcd "$state/etcd.log" etcd --data-dir "$state/etcd" --unsafe-no-fsync \
    --listen-client-urls $etcd --advertise-client-urls $etcd \
    --listen-peer-urls http://127.0.0.1:23800 --log-level warn
}

start_apiserver() {
  spawn cl-testbed/apiserver "$state/apiserver.log" "$binaries/kube-apiserver" \
    --etcd-servers=$etcd --bind-address=$host --advertise-address=$host --secure-port=6443 \
    --cert-dir="$state/certificates" --token-auth-file="$state/tokens.csv" \
    --authorization-mode=RBAC --allow-privileged=true --service-cluster-ip-range=10.96.0.0/16 \
    --kubelet-preferred-address-types=InternalIP `# else exec and logs ask DNS for the node` \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file="$state/service-accounts.pub" \
    --service-account-signing-key-file="$state/service-accounts.key"
  wait_for 60 "the API server's certificate" test -s "$state/certificates/apiserver.crt"
  [ -s "$KUBECONFIG" ] || write_kubeconfig
  wait_for 60 "the API server" kubectl get --raw /readyz
}

write_kubeconfig() {
  (umask 077 && cat >"$KUBECONFIG") <<YAML
apiVersion: v1
kind: Config
current-context: testbed
clusters:
- name: testbed
  cluster:
    server: https://$host:6443
    certificate-authority-data: $(base64 -w0 "$state/certificates/apiserver.crt")
users:
- name: admin
  user:
    token: $(<"$state/admin.token")
contexts:
- name: testbed
  context: {cluster: testbed, user: admin}
YAML
}

start_controllers() {
  spawn cl-testbed/controllers "$state/controllers.log" "$binaries/kube-controller-manager" \
    --kubeconfig "$KUBECONFIG" --leader-elect=false --use-service-account-credentials \
    --service-account-private-key-file "$state/service-accounts.key" \
    --root-ca-file "$state/certificates/apiserver.crt"
  spawn cl-testbed/scheduler "$state/scheduler.log" "$binaries/kube-scheduler" \
    --kubeconfig "$KUBECONFIG" --leader-elect=false
}

# Debian has no CoreDNS; ours listens on the bridge, and pods reach it through a real Service.
# STATE/hosts may name machines outside the cluster, as hack/company does.
start_dns() {
  touch "$state/hosts"
  spawn cl-testbed/dns "$state/dns.log" python3 -B "$parts/cluster-dns" --listen $host:10053 \
    --server https://$host:6443 --ca "$state/certificates/apiserver.crt" \
    --token-file "$state/admin.token" --hosts "$state/hosts"
  sed "s/@ADDRESS@/$host/" "$parts/cluster-dns.yaml" | kubectl apply -f - >/dev/null
}
