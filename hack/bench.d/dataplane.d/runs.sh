# Sourced by hack/bench.d/dataplane. Single runs, what they gave, and medians of it.

# record NAME VALUE: a line of the raw figures.
record() { echo "$1 $2" >>"$work/figures"; }

# throughput NAME WHERE ADDRESS PORT: Mbit/s of a TCP connection.
throughput() {
  local try
  for try in 1 2 3; do # the gateway's own probe of the port may have the server's only place
    if "$2" iperf3 -c "$3" -p "$4" -t "$seconds" -J >"$work/iperf" 2>&1; then
      record "$1" "$(jq '.end.sum_received.bits_per_second / 1e6' "$work/iperf")" && return
    fi
    sleep 0.3
  done
  say "iperf3 failed: $(tail -3 "$work/iperf")" && exit 1
}

# requests NAME WHERE ADDRESS PORT WRK-OPTION...: records NAME.rate (1/s), NAME.p50, NAME.p99 (ms).
requests() {
  local name=$1 where=$2 url=http://$3:$4/
  shift 4
  "$where" wrk -t1 -d"${seconds}s" --latency "$@" "$url" >"$work/wrk"
  ! grep "Socket errors" "$work/wrk" | grep -qv "connect 0, .* timeout 0" || say "$name: $(grep "Socket errors" "$work/wrk")"
  awk -v name="$name" '
    function ms(text) { return text * (text ~ /us$/ ? 0.001 : text ~ /ms$/ ? 1 : 1000) }
    $1 == "50%" { print name ".p50", ms($2) }
    $1 == "99%" { print name ".p99", ms($2) }
    $1 == "Requests/sec:" { print name ".rate", $2 }' "$work/wrk" >>"$work/figures"
}

# alternate ROUNDS NAME FUNCTION PORT OPTION...: FUNCTION through the forward (NAME.forward) and from
# the gateway through the tunnel alone (NAME.tunnel) to the company's PORT, in turn: A B, B A, A B, …
alternate() {
  local rounds=$1 name=$2 function=$3 port=$4 round
  shift 4
  for round in $(seq "$rounds"); do
    ((round % 2)) || "$function" "$name.tunnel" in_gateway $server "$port" "$@"
    "$function" "$name.forward" in_client $one $((port == 5201 ? 33201 : 33000)) "$@"
    ((round % 2 == 0)) || "$function" "$name.tunnel" in_gateway $server "$port" "$@"
  done
}

# median NAME [FILE]
median() {
  awk -v name="$1" '$1 == name { print $2 }' "${2:-$work/figures}" | sort -g |
    awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# ratio A B: the median of the ratios of the runs that were neighbours.
ratio() {
  awk -v a="$1" -v b="$2" '$1 == a { left[++m] = $2 } $1 == b { right[++n] = $2 }
    END { for (i = 1; i <= n; i++) print "ratio", left[i] / right[i] }' "$work/figures" | median ratio - |
    xargs printf '%.3f\n'
}

show() { say "$1: forward $(median "$1.forward$2"), tunnel alone $(median "$1.tunnel$2") $3, ratio $(ratio "$1.forward$2" "$1.tunnel$2")"; }
