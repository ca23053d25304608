# Sourced by hack/bench.d/dataplane. What two gateways that fail over to each other cost while no connection passes.

# used PID: processor time of a process, and of its children that have ended, in ms.
used() {
  cat "/proc/$1"/task/*/schedstat | awk -v children="$(sed 's/.*) //' "/proc/$1/stat" | awk '{ print $14 + $15 }')" \
    '{ ns += $1 } END { print ns / 1e6 + children * 10 }' # /proc/PID/stat counts in ticks of 10 ms
}

resident_mb() { awk '$1 == "VmRSS:" { print $2 / 1024 }' "/proc/$1/status"; }

# at_rest KIND: records KIND.rest.agent and KIND.rest.daemon (% of a core), KIND.resident.agent and .daemon (MB) of
# gateway 1.
at_rest() {
  local kind=$1 agent daemon before
  start_gateway 1 "$kind"
  start_gateway 2 "$kind"
  sleep 20 # gateways ask more often until nothing has passed for ten seconds
  agent=${gateways[1]}
  daemon=$(pgrep --parent "$agent")
  before=("$(used "$agent")" "$(used "$daemon")")
  sleep "$rest_seconds"
  record "$kind.rest.agent" "$(bc -l <<<"($(used "$agent") - ${before[0]}) / ($rest_seconds * 10)")"
  record "$kind.rest.daemon" "$(bc -l <<<"($(used "$daemon") - ${before[1]}) / ($rest_seconds * 10)")"
  record "$kind.resident.agent" "$(resident_mb "$agent")"
  record "$kind.resident.daemon" "$(resident_mb "$daemon")"
  say "$kind at rest: agent $(median "$kind.rest.agent") %, daemon $(median "$kind.rest.daemon") % of a core," \
    "resident $(median "$kind.resident.agent") and $(median "$kind.resident.daemon") MB"
  stop_gateway 1
  stop_gateway 2
}
