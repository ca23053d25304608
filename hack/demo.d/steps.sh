# Sourced by hack/demo. A step is a line that a person can watch: what is done, and for how long.

# step TEXT COMMAND...: output goes to $log, and is shown when the command fails.
step() {
  local text=$1 begin=$SECONDS pid
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
    sed -n "/^== $text/,\$p" "$log" | tail -n 30
    echo "the whole log: $log"
    exit 1
  fi
}

if [ -t 1 ]; then
  line_start=$'\r\e[K'
  show_progress() { printf '%s%-58s %3d s' "$line_start" "$1" "$2"; }
else # a log: now and then, with the last thing that was said
  line_start=
  show_progress() {
    [ $(($2 % 20)) = 0 ] && [ "$2" -gt "${shown:-0}" ] || return 0
    shown=$2
    echo "  $1: $2 s so far; $(tail -n 1 "$log" | cut -c 1-100)"
  }
fi
