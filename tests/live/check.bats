#!/usr/bin/env bats
# --check: what it says is so, and nothing is left behind.

load helper

setup_file()
{
	build nop
}

# value KEY: of its first line
value()
{
	awk -v key="$1:" '$1 == key { sub("^[^ ]+ +", ""); print; exit }' out
}

# said STATUS RESULT: the last line begins so, and nothing went to stderr
said()
{
	cat out err
	[ "$status" -eq "$1" ]
	[ ! -s err ]
	[ "$(grep -c '^result:' out)" -eq 1 ]
	[[ $(tail -n 1 out) == result:*" $2"* ]]
}

# elsewhere COMMAND: check where that shell command was run, in a mount
# namespace of its own
elsewhere()
{
	status=0
	unshare -m sh -c "$1"' && exec "$0" --check' "$TOOL" >out 2>err \
	    3>&- 9>&- || status=$?
}

@test "all of them: tracing works, in seconds, and nothing is left" {
	for TOOL in $EXECSNOOP $EXITSNOOP $FORKSNOOP $PROCTREE; do
		snapshot >before
		begin=$(now_us)
		tool --check
		took=$(($(now_us) - begin))
		echo "$took us"
		said 0 "tracing works"
		[ "$took" -lt 10000000 ]
		left_nothing "$tool_pid"
		[ "$(value root)" = yes ]
		[ "$(value kernel)" = "$(uname -rm)" ]
		[ "$(value clock)" = boot ]
		[[ $(value buffer) =~ ^[0-9]+\ KB\ per\ CPU,\ [0-9]+\ KB\ in\ total$ ]]
		for event in kprobe_events uprobe_events; do
			[ ! -e "$TRACEFS/$event" ] || there=yes
			[ "$(value "$event")" = "${there-no}" ]
			unset there
		done
	done
}

@test "execsnoop: the method that passed is the one that -v reports" {
	tool --check -x
	said 0 "tracing works"
	method=$(value arguments)
	method=${method#method }
	method=${method%%,*}
	[[ $(value arguments) == "method $method, self-test passed" ]]
	[[ " $(value methods) " == *" $method "* ]]
	grep -Eq "^method_$method: .*: in use, self-test passed" out
	grep -q '^failed_execs: .*: in use' out
	tool -v -d 0.1
	grep -q "method $method: .*: in use, self-test passed" err
	[ -e "$TRACEFS/kprobe_events" ] || [ "$method" = ldso ]
	# Without probes in the kernel not everything can be promised.
	tool --check
	case $method in
	ldso) said 0 "tracing works, arguments of static programs" ;;
	*) [[ $(tail -n 1 out) == result:*" tracing works" ]] ;;
	esac
}

@test "no method passes: it works, and what is missing is reported" {
	make -s -C "$TREE" build/static/execsnoop
	snapshot >before
	# No loader, no C library that could be run, or be probed.
	status=0
	unshare -m sh -c 'mount -t tmpfs none /usr && exec "$0" --check -x' \
	    "$TREE/build/static/execsnoop" >out 2>err 3>&- 9>&- || status=$?
	if [ -e "$TRACEFS/kprobe_events" ]; then
		said 0 "tracing works"
		[[ $(value arguments) == "method "*", self-test passed" ]]
	else
		said 0 "tracing works, arguments only from /proc"
		[[ $(tail -n 1 out) == *", failed execs without path"* ]]
		[ "$(value arguments)" = "method proc" ]
		refute grep -q 'self-test passed$' out
	fi
	snapshot >after
	diff -u before after
}

@test "forksnoop asks for no arguments, with -w for all" {
	TOOL=$FORKSNOOP
	tool --check
	said 0 "tracing works"
	refute grep -Eq '^(method_|arguments|exit_status)' out
	tool --check -w rec
	said 0 "tracing works"
	grep -q '^arguments: ' out
	grep -q '^exit_status: ' out
	[ ! -e rec ]
}

@test "exitsnoop: what taskstats could tell and does not is a failure" {
	TOOL=$EXITSNOOP
	tool --check -R
	said 0 "tracing works"
	[ "$(value taskstats)" = "there, permitted" ]
	grep -Eq '^(exit_status|resource_usage): +taskstats: in use, self-test' out
	snapshot >before
	under='unshare -n' tool --check -R
	said 1 "taskstats: needs the first network namespace"
	left_nothing "$tool_pid"
	under='setpriv --bounding-set -net_admin' tool --check -R
	said 1 "taskstats: Operation not permitted (needs CAP_NET_ADMIN)"
	[[ $(value capabilities) == missing:*CAP_NET_ADMIN* ]]
	[ "$(value taskstats)" = "Operation not permitted" ]
}

@test "leftovers of kill -9 are counted and removed" {
	# Another tool may be the first to remove them.
	for ((i = 0; i < 5; i++)); do
		start
		kill -KILL "$tool_pid"
		ended "$tool_pid"
		dead=$tool_pid
		left=$(trace_of "$dead" | wc -l)
		tool --check
		said 0 "tracing works"
		[ -z "$(trace_of "$dead")" ]
		[ "$(value leftovers)" = 0 ] || break
	done
	[ "$left" -gt 1 ]
	[[ $(value leftovers) =~ ^([0-9]+),\ removed$ ]]
	[ "${BASH_REMATCH[1]}" -ge "$left" ]
}

@test "who else traces: our tools by name, others by number" {
	tool --check
	instances=$(value other_instances)
	probes=$(value other_probes)
	start_as .other
	other=$tool_pid
	echo "p:$tag/mine $bin/nop:0x0" >>"$TRACEFS/uprobe_events"
	mkdir "$TRACEFS/instances/$tag"
	tool --check
	check=$status
	rmdir "$TRACEFS/instances/$tag"
	echo "-:$tag/mine" >>"$TRACEFS/uprobe_events"
	tool_pid=$other
	stop
	status=$check
	said 0 "tracing works"
	grep -Eq "^other_tool: +execsnoop-$other-[0-9]+-L$" out
	[ "$(value other_instances)" -ge 1 ]
	[ "$(value other_probes)" -ge 1 ]
	echo "before: $instances instances, $probes probes"
	refute grep -q "$tag" out
}

# lock COMMAND EXPECTED: that makes the lock, in a /var/tmp of its own
lock()
{
	elsewhere "mount -t tmpfs none /var/tmp && $1"
	said 0 "tracing works"
	[ "$(value ftrace_lock)" = "$2" ]
}

@test "perf-tools' lock: whose it is" {
	lock=/var/tmp/.ftrace-lock
	gone=$(sh -c 'echo $$')
	lock : none
	lock "echo $$ >$lock" "$lock, of pid $$, which runs"
	lock "echo $gone >$lock" "$lock, of pid $gone, which has ended"
	lock "echo hello >$lock" "$lock, without a PID"
	lock ": >$lock" "$lock, without a PID"
	lock "mkfifo $lock" "$lock, without a PID"
}

@test "a signal meanwhile ends it, and nothing is left" {
	TOOL=$PROCTREE
	for signal in INT TERM; do
		for delay in 0.005 0.05 0.5; do
			snapshot >before
			background --check >out 2>err &
			tool_pid=$!
			tools+=("$tool_pid")
			nap "$delay"
			kill "-$signal" "$tool_pid"
			begin=$(now_us)
			ended "$tool_pid"
			took=$(($(now_us) - begin))
			echo "$signal after $delay: status $status, $took us"
			[ "$took" -lt 10000000 ]
			# By the signal, unless it was too late for it.
			[ "$status" -eq 130 ] || [ "$status" -eq 143 ] ||
			    grep -q '^result:' out
			left_nothing "$tool_pid"
		done
	done
}

@test "tracefs that is not mounted, that is read-only" {
	elsewhere "grep -E ' (tracefs|debugfs) ' /proc/self/mounts |
	    cut -d ' ' -f 2 | sort -r | xargs -n 1 umount -l"
	said 0 "tracing works"
	[[ $(value tracefs) == "not mounted: "* ]]
	elsewhere "mount -o remount,ro,bind $TRACEFS"
	said 1 "tracefs: mounted read-only"
}

@test "no host name and nobody's arguments" {
	"$bin/nop" "secret$tag" 3>&- 9>&-
	sh -c "read -r _ <never; : secret$tag" 9>&- &
	tools+=("$!")
	status=0
	unshare -u sh -c 'echo "$1" >/proc/sys/kernel/hostname &&
	    exec "$0" --check -x "secret$1"' "$EXECSNOOP" "host$tag" \
	    >out 2>err 3>&- 9>&- || status=$?
	said 0 "tracing works"
	refute grep -q "$tag" out
}
