# Sourced. Background processes that can be found again and ended exactly: each runs in a control
# group of its own, which its children inherit, so nothing escapes a kill -9 of what started it and
# no recorded pid can come to mean somebody else's process.

if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  hierarchies=(/sys/fs/cgroup)
else # the older layout: one hierarchy a controller
  hierarchies=(/sys/fs/cgroup/{pids,cpu,cpuacct,cpuset,memory,blkio,devices,freezer,systemd,unified})
fi
groups=${hierarchies[0]}

# spawn GROUP LOG COMMAND...: runs COMMAND in the background, in its own session.
spawn() {
  local group=$1 log=$2
  shift 2
  mkdir -p "$groups/$group"
  (
    echo "$BASHPID" >"$groups/$group/cgroup.procs"
    exec setsid "$@"
  ) >>"$log" 2>&1 </dev/null 9>&- & # 9: the caller's lock is not for daemons
}

processes_of() {
  [ -d "$groups/$1" ] || return 0
  find "$groups/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true
}

running() { [ -n "$(processes_of "$1")" ]; }

# stop GROUP [SIGNAL]: ends every process of the group and of those below it. KILL after 3 s.
stop() {
  local group=$1 signal=${2:-TERM} try pids hierarchy
  for try in $(seq 60); do
    pids=$(processes_of "$group")
    [ -z "$pids" ] && break
    [ "$try" -gt 30 ] && signal=KILL
    # shellcheck disable=SC2086  # a list of numbers; one may be gone by now
    kill -s "$signal" $pids 2>/dev/null || true
    sleep 0.1
  done
  for hierarchy in "${hierarchies[@]}"; do
    [ -d "$hierarchy/$group" ] || continue
    find "$hierarchy/$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

# wait_for SECONDS WHAT COMMAND...: until COMMAND succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "timed out waiting for $what" >&2; return 1; }
    sleep 0.2
  done
}

# in_namespace NAME COMMAND...: nsenter, because `ip netns exec` remounts /sys and hides cgroups.
in_namespace() {
  local name=$1
  shift
  nsenter --net="/run/netns/$name" "$@"
}

# remove_namespace NAME PORT: with whatever still runs in it. Its end on the bridge goes first: left to
# the namespace it would go some time later.
remove_namespace() {
  [ ! -e "/sys/class/net/$2" ] || ip link del "$2"
  [ -e "/run/netns/$1" ] || return 0
  ip netns pids "$1" | xargs -r kill -9 2>/dev/null || true
  ip netns del "$1"
}
