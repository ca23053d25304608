# Sourced by hack/demo, hack/e2e and hack/bench. A step is a line that a person can watch: its name, and how long it
# has taken so far. hack/demo.d/test tests it.

# step TEXT COMMAND...: output goes to $log, and is shown when the command fails.
step() {
  local text=$1 begin=$SECONDS shown=0 pid
  shift
  echo "== $text" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    show_progress "$text" $((SECONDS - begin))
    sleep 0.5
  done
  if wait "$pid"; then
    printf '%s%-58s %3d s\n' "$line_start" "$text" $((SECONDS - begin))
  else
    printf '%s%-58s failed after %d s\n' "$line_start" "$text" $((SECONDS - begin))
    awk -v begin="== $text" '$0 == begin { print_rest = 1 } print_rest' "$log" | tail -n 30
    echo "the whole log: $log"
    exit 1
  fi
}

if [ -t 1 ]; then
  line_start=$'\r\e[K'
  show_progress() { printf '%s%-58s %3d s' "$line_start" "$1" "$2"; }
else # a file: every 20 s, with the last line of the log; `shown` is the step's own
  line_start=
  show_progress() {
    [ $(($2 - shown)) -ge 20 ] || return 0
    shown=$2
    echo "  $1: $2 s so far; $(tail -n 1 "$log" | cut -c 1-100)"
  }
fi
