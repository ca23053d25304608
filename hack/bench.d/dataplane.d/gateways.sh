# Sourced by hack/bench.d/dataplane. Gateways: started, reconfigured, ended.

# forwards FOLDER COUNT: takes a configuration into force: hello at 33000, iperf3 at 33201 and, with
# 5000, as many more as are missing, each to a port of its own of the company's host.
forwards() {
  jq -c --argjson count "$2" --arg host $server '
    def forward($port; $target): {owner: "bench/f\($port)", portName: "p", transport: "TCP",
      port: $port, targetHost: $host, targetPort: $target};
    .revision = "\($count)" | .probe.address = "\($host):8080" |
    .forwards = [forward(33000; 8080), forward(33201; 5201)]
      + [range(3; $count + 1) | forward(40000 + .; 10000 + .)]' "$1/gateway.json" >"$1/.new"
  mv "$1/.new" "$1/gateway.json"
}

# start_gateway N KIND: and waits until it is ready.
start_gateway() {
  local folder=$work/gateway$1 address=10.209.0.2$1
  rm -rf "$folder" && mkdir -p "$folder/run"
  "$hack/gateway-testbed" configuration "$2" "$folder/secret" "$1"
  forwards "$folder/secret" 1
  POD_IP=$address unshare --mount nsenter --net="/run/netns/clg-gw$1" bash -c '
    mount --bind "$1" /etc/hosts && shift && exec "$@"' - "$state/hosts" "$binary" \
    --config-directory="$folder/secret" --runtime-directory="$folder/run" >"$folder/log" 2>&1 9>&- &
  gateways[$1]=$!
  wait_ready "$1"
  favour
}

# Other work on this machine is not to be measured: what runs here goes before it, as far as each
# session's share of the processors reaches (sched_autogroup).
favour() {
  local name pid
  for name in company-vpn1 company-vpn2 company-lan gw1 gw2; do ip netns pids "clg-$name"; done |
    while read -r pid; do
      renice -n -10 "$pid" >"$work/renice" 2>&1 || true
      { echo -10 >"/proc/$pid/autogroup"; } 2>/dev/null || true
    done
}

# switch_log true|false: returns when gateway 1 has that configuration in force.
switch_log() {
  local folder=$work/gateway1/secret
  jq -c --argjson value "$1" '.revision = "log \($value)" | .connectionLog = $value' "$folder/gateway.json" >"$folder/.new"
  mv "$folder/.new" "$folder/gateway.json"
  until in_client curl -fsS -m 1 "http://$one:15021/status" | jq -e --arg revision "log $1" '.revision == $revision' >/dev/null; do
    sleep 0.1
  done
  sleep 1 # conntrack starts
}

stop_gateway() {
  kill "${gateways[$1]}"
  wait "${gateways[$1]}" || true
  unset "gateways[$1]"
}

wait_ready() {
  local deadline=$((SECONDS + 30))
  until in_client curl -fsS -o /dev/null -m 1 "http://10.209.0.2$1:15021/readyz" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { say "gateway $1 is not ready:" && tail -5 "$work/gateway$1/log" >&2 && exit 1; }
    sleep 0.1
  done
}

# reload COUNT: and records how long it takes until the last forward is there, or is gone.
reload() {
  local began=$EPOCHREALTIME
  forwards "$work/gateway1/secret" "$1"
  in_client python3 - $one 45000 "$1" <<'PYTHON'
import socket, sys, time
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    with socket.socket() as connection:
        connection.settimeout(1)
        if (connection.connect_ex((sys.argv[1], int(sys.argv[2]))) == 0) == (sys.argv[3] == "5000"):
            sys.exit()
    time.sleep(0.01)
sys.exit("the forwards did not change")
PYTHON
  record "reload_s.$1" "$(bc -l <<<"$EPOCHREALTIME - $began")"
}
