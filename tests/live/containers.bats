#!/usr/bin/env bats
# In namespaces of its own, as in a container, a tool shows what the machine
# shows: the PIDs and the times of the host.

load helper

# --kill-child: what teardown kills takes the tool along.
NEST='unshare -p -f --kill-child --mount-proc'

setup_file()
{
	build nop nop-static storm
}

# ---- a tool inside ----

# The tool's own pid: of a child's child.
inside()
{
	local pid=$tool_pid child

	# Below the tool there is its helper.
	while ! grep -qx "${TOOL##*/}" "/proc/$pid/comm" &&
	    child=$(ps -o pid= --ppid "$pid" | head -n 1) && [ "$child" ]; do
		pid=${child// /}
	done
	echo "$pid"
}

# enter COMMAND [options]: start it under that command; $inner
enter()
{
	under=$1
	shift
	start "$@"
	inner=$(inside)
	[ "$inner" != "$tool_pid" ]
}

# as stop
leave()
{
	kill -INT "$inner"
	ended "$tool_pid"
}

# beside_proc COMMAND...: with the host's /proc at ./host, and then that one
beside_proc()
{
	echo "unshare -m sh -c 'mkdir -p host && mount --bind /proc host &&
	    exec $* \"\$@\"' sh"
}

# What a tool in that pid namespace has in tracefs.
left_of()
{
	{
		ls "$TRACEFS/instances"
		cat "$TRACEFS/uprobe_events" "$TRACEFS/kprobe_events" \
		    2>/dev/null
	} | grep -E "[-_]$1[-_]L" || :
}

namespace()
{
	readlink "/proc/$1/ns/pid" | tr -dc 0-9
}

is_swept()
{
	[ -z "$(left_of "$1")" ]
}

# notes COUNT: so many lines say that the PIDs are the host's
notes()
{
	[ "$(grep -c "not the first pid namespace: PIDs are the host's" err)" \
	    -eq "$1" ]
}

# ---- pid namespaces ----

# parents FILE: "PID PPID" of a truth file of storm, sorted
parents()
{
	awk '{ print $2, $3 }' "$1" | sort
}

# found PROGRAM-OF-AWK: the same of the output
found()
{
	awk "$1" out | sort
}

@test "its lines are those of the truth: execsnoop" {
	snapshot >before
	enter "$NEST" -v
	"$bin/storm" -n 300 -j 2 -t truth "$bin/nop" "$tag" 9>&-
	leave
	[ "$status" -eq 0 ]
	truth_lines "$bin/nop" truth >expected
	lines_of "$bin/nop $tag " | sort >seen
	same expected seen
	grep -q 'self-test passed' err
	grep -q "where this tool is $inner\$" err
	notes 1
	left_nothing "$inner"
}

@test "its lines are those of the truth: exitsnoop" {
	TOOL=$EXITSNOOP
	enter "$NEST" -a
	"$bin/storm" -n 300 -j 2 -t truth "$bin/nop" "$tag" 9>&-
	# shellcheck disable=SC2016 # the inner shell's
	sh -c 'exit 3' "$tag" & three=$!
	wait "$three" || :
	sh -c 'kill -9 $$' "$tag" & nine=$!
	wait "$nine" || :
	leave
	[ "$status" -eq 0 ]
	parents truth >expected
	found "/ $tag / && \$3 == \"nop\" && \$5 == 0 { print \$1, \$2 }" >seen
	same expected seen
	grep -qE "^ *$three .* sh +[0-9.]+ 3 +sh" out
	grep -qE "^ *$nine .* sh +[0-9.]+ SIGKILL +sh" out
	notes 1
}

@test "its lines are those of the truth: forksnoop" {
	TOOL=$FORKSNOOP
	enter "$NEST"
	"$bin/storm" -n 300 -j 2 -t truth "$bin/nop" "$tag" 9>&-
	leave
	[ "$status" -eq 0 ]
	parents truth >expected
	callers=$(awk '{ print $3 }' truth | sort -u | paste -sd '|')
	found "\$2 ~ /^($callers)\$/ { print \$1, \$2 }" >seen
	same expected seen
	notes 1
}

@test "its lines are those of the truth: proctree" {
	TOOL=$PROCTREE
	enter "$NEST" -o json
	until_true grep -q tracing err
	"$bin/storm" -n 300 -j 2 -t truth "$bin/nop" "$tag" 9>&-
	leave
	[ "$status" -eq 0 ]
	parents truth >expected
	jq -r '(.processes | map({ (.id | tostring): .pid }) | add) as $pids |
	    .processes[] | select(.args[1]? == $tag) |
	    "\(.pid) \($pids[.parent | tostring])"' --arg tag "$tag" out |
	    sort >seen
	# And storm, which has its tag elsewhere.
	same expected seen
	notes 1
}

@test "the command's own numbers are the host's, its status is its own" {
	start_as .host
	host=$tool_pid
	under=$NEST tool -- "$bin/storm" -n 200 -j 2 -t truth "$bin/nop" "$tag"
	[ "$status" -eq 0 ]
	tool_pid=$host stop
	lines_of "$bin/nop $tag " out.host | sort >expected
	lines_of "$bin/nop $tag " | sort >seen
	[ "$(grep -c . seen)" -eq 200 ]
	same expected seen
	# It is no process of the host that storm calls its child.
	refute cmp -s <(truth_lines "$bin/nop" truth) seen
	for n in 0 7 125; do
		under=$NEST tool -- sh -c "exit $n"
		[ "$status" -eq "$n" ]
	done
	# shellcheck disable=SC2016 # the inner shell's
	under=$NEST tool -- sh -c 'kill -9 $$'
	[ "$status" -eq 137 ]
	under=$NEST tool -- "/none/$tag"
	[ "$status" -eq 127 ]
}

@test "a signal reaches the command" {
	mkfifo ready
	exec 8<>ready
	under=$NEST background -- sh -c \
	    'trap "exit 9" TERM; echo >ready; while :; do sleep 0.05; done' \
	    >out 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	read -r -t 30 _ <&8
	inner=$(ps -o pid= --ppid "$tool_pid")
	kill -TERM "${inner// /}"
	ended "$tool_pid"
	[ "$status" -eq 9 ]
}

# Fork for as long as the test lasts; $victims. Descriptor 8 ends them.
be_victims()
{
	local i

	mkfifo end
	exec 8<>end
	victims=()
	for ((i = 0; i < $1; i++)); do
		bash -c 'while read -r -t 0.1 _ <&8; [ $? -gt 128 ]; do
			"$0" "$1" of$$
		done' "$bin/nop" "$tag" 9>&- &
		victims+=("$!")
		tools+=("$!")
	done
}

@test "a process of the host with the number that the tool has inside" {
	be_victims 8
	first=${victims[0]}
	# shellcheck disable=SC2016 # the inner shell's
	number='echo "$0" >/proc/sys/kernel/ns_last_pid && "$@" & wait'
	for TOOL in $EXECSNOOP $FORKSNOOP; do
		under="$NEST sh -c" # the tool is a child of that shell
		unshare -p -f --kill-child --mount-proc sh -c "$number" \
		    "$((first - 1))" "$TOOL" -d 1 >all 2>err 3>&- 8>&- 9>&-
		unshare -p -f --kill-child --mount-proc sh -c "$number" \
		    "$((first - 1))" "$TOOL" -d 4 -p "$first" \
		    >out 2>err 3>&- 8>&- 9>&-
		# It is that process which is followed, and no other.
		[ "$(awk 'NR > 1 { print $2 }' out | sort -u)" = "$first" ]
		[ "$(grep -c . out)" -gt 4 ]
		notes 1
		# As is the command: one of the victims has its number.
		unshare -p -f --kill-child --mount-proc sh -c "$number" \
		    "$((first - 1))" "$TOOL" -- "$bin/storm" -n 20 -t truth \
		    "$bin/nop" "inner$tag" >out 2>err 3>&- 8>&- 9>&-
		[ "$TOOL" = "$FORKSNOOP" ] ||
		    [ "$(lines_of "$bin/nop inner$tag " | wc -l)" -eq 20 ]
		[ "$(awk 'NR > 1 { print $2 }' out | sort -u | wc -l)" -le 3 ]
		refute grep -q "of[0-9]" out
	done
	# Each of their lines says whose it is.
	lines_of "$bin/nop $tag of" all >seen || :
	awk '$5 != "of" $2 && $2 != "?"' seen >wrong
	[ ! -s wrong ] || fail "$(head -n 3 wrong)"
}

@test "PIDs come again inside and outside" {
	few_pids
	enter "$NEST"
	"$bin/storm" -n 600 -j 2 -t truth "$bin/nop" "$tag" 9>&-
	leave
	many_pids
	truth_lines "$bin/nop" truth >expected
	lines_of "$bin/nop $tag " | sort >seen
	same expected seen
}

@test "orphans of the first process there do not stay zombies" {
	# shellcheck disable=SC2016 # the inner shell's
	under=$NEST tool -- sh -c '(sleep 0.05 &); sleep 0.3
	    grep -h "^State" /proc/[0-9]*/status'
	[ "$status" -eq 0 ]
	grep -q '^State' out
	refute grep -q 'Z (zombie)' out
}

# ---- which /proc ----

@test "without the host's /proc: what only that tells is ?" {
	be_victims 1
	enter "$NEST"
	"$bin/nop-static" "$tag" 9>&-
	until_true lines_of "$bin/nop $tag of"
	leave
	# Of a parent that was there before, only events tell.
	lines_of "$bin/nop $tag of" | awk '{ print $2 }' | sort -u >seen
	[ "$(<seen)" = '?' ]
	grep -q 'this /proc does not show (see --proc)$' err
}

@test "-p takes the host's number, also of a process that cannot be seen" {
	be_victims 2
	victim=${victims[0]}
	for TOOL in $EXECSNOOP $FORKSNOOP $EXITSNOOP; do
		under=$NEST tool -p "$victim" -d 0.6
		[ "$status" -eq 0 ]
		[ "$(awk 'NR > 1 { print $2 }' out | sort -u)" = "$victim" ]
		[ "$(grep -c "pid $victim: it cannot be seen" err)" -eq 1 ]
		notes 1
	done
	# Its own end; an exit says that it is the last thread's (6.15).
	TOOL=$EXITSNOOP
	enter "$NEST" -p "${victims[1]}"
	kill -KILL "${victims[1]}"
	until_true grep -qE "^ *${victims[1]} +\? bash +\? +SIGKILL" out
	leave
	unset under
	TOOL=$PROCTREE
	under=$NEST tool -p "$victim" -d 0.6 -o json
	jq -e '.processes | length > 2 and .[0].pid == $pid and
	    all(.[1:][]; .parent == 1)' --argjson pid "$victim" out >/dev/null
}

static_is_seen()
{
	"$bin/nop-static" "$tag" 9>&-
	nap 0.05
	lines_of "$bin/nop-static $tag\$" >/dev/null
}

@test "--proc=DIR: the host's /proc tells all" {
	be_victims 2
	victim=${victims[0]}
	eval "set -- $(beside_proc "$NEST $EXECSNOOP --proc=host")"
	"$@" -p "$victim" -d 0.6 >out 2>err 3>&- 8>&- 9>&-
	cat err
	[ "$(lines_of "$bin/nop $tag of" | awk '{ print $2 }' | sort -u)" \
	    = "$victim" ]
	notes 1
	refute grep -q 'see' err
	# A parent that was there before, arguments of a static program, which
	# may be gone before they are read.
	"$@" -d 3 >out 2>err 3>&- 8>&- 9>&- &
	tools+=("$!")
	until_true [ -s out ]
	until_true static_is_seen
	ended "$!"
	lines_of "$bin/nop $tag of" >seen
	awk '$5 != "of" $2' seen >wrong
	[ ! -s wrong ] || fail "$(head -n 3 wrong)"
	# None of that number.
	status=0
	"$@" -p 4194303 -d 0.1 >out 2>err 3>&- 8>&- 9>&- || status=$?
	[ "$status" -eq 1 ]
	[ "$(<err)" = "execsnoop: pid 4194303: No such process" ]
}

@test "--proc=DIR: proctree -s and -A are those of the host" {
	TOOL=$PROCTREE
	be_victims 1
	victim=${victims[0]}
	eval "set -- $(beside_proc "$NEST $PROCTREE --proc=host")"
	"$@" -s -p "$victim" -o json >out 2>err 3>&- 8>&- 9>&-
	cat err
	[ "$(grep -c . err)" -eq 1 ]
	notes 1
	jq -e '.processes[0] | .pid == $pid and .args[0] == "bash"' \
	    --argjson pid "$victim" out >/dev/null
	"$@" -A "$victim" -o json >out 2>err 3>&- 8>&- 9>&-
	jq -e '.processes | length > 1 and .[-1].pid == $pid' \
	    --argjson pid "$victim" out >/dev/null
	# While tracing, by its cgroup.
	"$@" -A "$victim" -d 0.3 -o json >out 2>err 3>&- 8>&- 9>&-
	jq -e '.processes | length > 1 and .[-1].pid == $pid' \
	    --argjson pid "$victim" out >/dev/null
	refute grep -q 'cgroup' err
	# Without it, nothing is above a process that was there before.
	under=$NEST tool -A "$victim" -d 0.5 -o json
	jq -e '.processes | length == 1 and .[0].pid == $pid and
	    .[0].ppid == null' --argjson pid "$victim" out >/dev/null
}

# refused DIR WHY
refused()
{
	status=0
	unshare -p -f --mount-proc "$EXECSNOOP" "--proc=$1" -d 0.1 >out 2>err \
	    3>&- 9>&- || status=$?
	cat err
	[ "$status" -eq 1 ]
	[ ! -s out ]
	[ "$(<err)" = "execsnoop: --proc $1: $2" ]
}

@test "--proc=DIR that is not the host's is refused" {
	refused /none "No such file or directory"
	refused "$PWD" "no proc is mounted there"
	refused /proc "not that of the first pid namespace, or it hides that (hidepid)"
	refused /proc/self "this process is not in it"
	refused "/$(printf '%0300d' 0)" "longer than 199 bytes"
	# Of a container beside this one.
	unshare -p -f --kill-child --mount-proc sleep 60 3>&- 9>&- &
	tools+=("$!")
	until_true ps -o pid= --ppid "$!"
	other=$(ps -o pid= --ppid "$!")
	under="nsenter -t ${other// /} -m" tool -d 0.1
	[ "$status" -eq 1 ]
	grep -q '/proc' err
}

@test "a /proc that shows the host's PIDs is seen for what it is" {
	be_victims 1
	under='unshare -p -f --kill-child' tool -p "${victims[0]}" -d 0.6
	[ "$status" -eq 0 ]
	[ "$(lines_of "$bin/nop $tag of" | awk '{ print $2 }' | sort -u)" = \
	    "${victims[0]}" ]
	notes 1
	refute grep -qE 'see|cannot' err
	TOOL=$PROCTREE
	under='unshare -p -f --kill-child' tool -s -p "${victims[0]}"
	[ "$(grep -c . err)" -eq 1 ]
	notes 1
}

@test "the host's pid namespace in another mount namespace: as on the host" {
	be_victims 1
	under='unshare -m -u -i' tool -p "${victims[0]}" -d 0.6
	[ "$status" -eq 0 ]
	[ "$(lines_of "$bin/nop $tag of" | awk '{ print $2 }' | sort -u)" = \
	    "${victims[0]}" ]
	notes 0
}

@test "namespaces in namespaces, and all that a container has of its own" {
	bare="sh -c 'umount -l $TRACEFS; exec \"\$@\"' sh"
	hide="sh -c 'mount -t proc -o hidepid=2 proc /proc && exec \"\$@\"' sh"
	for how in "$NEST $NEST" "$NEST -m -n -u -i -C" "$NEST -U -r" \
	    "$NEST -m $bare" "$NEST -m $hide" "$NEST setpriv \
	    --bounding-set -net_admin --inh-caps -net_admin"; do
		echo "$how"
		eval "set -- $how"
		for TOOL in $EXECSNOOP $EXITSNOOP; do
			"$@" "$TOOL" -- "$bin/storm" -n 20 -t truth "$bin/nop" \
			    "$tag" >out 2>err 3>&- 9>&-
			cat err
			[ "$(grep -cE " nop +[0-9]| $bin/nop $tag [0-9]" out)" \
			    -eq 20 ]
			notes 1
		done
	done
}

@test "unshare -p without -f: it says what is missing" {
	under='unshare -p' tool -d 0.1
	[ "$status" -eq 1 ]
	[ "$(grep -c . err)" -eq 1 ]
	grep -q 'unshare -p: add -f' err
}

# ---- time namespaces ----

# same_times: of the lines of $tag in ./out.host and ./out, to a millisecond
same_times()
{
	for f in out.host out; do
		jq -c 'select(.args[1]? == $tag) | [.pid, .ts,
		    (.time | sub("(?<s>\\..*)\\+0000$"; "\(.s)") |
		    .[17:] | tonumber)]' --arg tag "$tag" "$f" | sort >"$f.times"
	done
	jq -se '.[0] as $a | .[1] as $b | ($a | length) == 20 and
	    ($a | length) == ($b | length) and
	    all(range(20); $a[.][0] == $b[.][0] and
		($a[.][1] - $b[.][1] | fabs) < 0.001 and
		($a[.][2] - $b[.][2] | fabs) < 0.001)' \
	    <(jq -s . out.host.times) <(jq -s . out.times) >/dev/null ||
	    fail "$(paste out.host.times out.times | head -n 3)"
}

@test "a time namespace: times are the host's, and right" {
	uptime=$(cut -d . -f 1 /proc/uptime)
	for how in '-T --boottime 100000' "-T --boottime -$((uptime / 2))" \
	    '-T --boottime 1000 --monotonic 500 -p --mount-proc'; do
		unset under
		start_as .host -j
		host=$tool_pid
		enter "unshare $how -f --kill-child" -j -v
		"$bin/storm" -n 20 -t truth "$bin/nop" "$tag" 9>&-
		leave
		[ "$status" -eq 0 ]
		tool_pid=$host stop
		same_times
		grep -q 'boot clock: that of the first time namespace' err
	done
	# A process that was entered by exec, not by fork.
	unset under
	start_as .host -j
	host=$tool_pid
	under='unshare -T --boottime 1000' start -j
	"$bin/storm" -n 20 -t truth "$bin/nop" "$tag" 9>&-
	stop
	tool_pid=$host stop
	same_times
}

@test "a time namespace: who was there before, and how old" {
	sleep 60 3>&- 9>&- &
	old=$!
	nap 0.5
	TOOL=$EXITSNOOP
	for boottime in 5000 -20; do
		enter "unshare -T --boottime $boottime -f --kill-child" -j
		nap 0.3
		kill "$old"
		wait "$old" || :
		until_true grep -q "\"pid\":$old," out
		leave
		grep "\"pid\":$old," out
		jq -se 'any(.pid == $pid and .age > 0.25 and .age < 20 and
		    .ppid == $ppid and .signal == "SIGTERM")' \
		    --argjson pid "$old" --argjson ppid "$BASHPID" out
		sleep 60 3>&- 9>&- &
		old=$!
		nap 0.5
	done
	kill "$old"
	TOOL=$PROCTREE
	under='unshare -T --boottime 5000 -f' tool -s -v -p $$ -o json
	[ "$status" -eq 0 ]
	# Seconds before now, by the host's clock.
	jq -e '.processes[0] | .pid == $pid' --argjson pid "$$" out >/dev/null
	grep -q 'listed by taskstats' err
}

# ---- who lives is not swept, who is dead is ----

@test "kill -9 inside: the next start on the host removes what is left" {
	snapshot >before
	enter "$NEST" -x
	ns=$(namespace "$inner")
	[ -n "$(left_of "$ns")" ]
	kill -KILL "$inner"
	ended "$tool_pid"
	[ -n "$(left_of "$ns")" ]
	unset under
	tool -d 0.01
	is_swept "$ns"
	left_nothing "$tool_pid"
}

@test "a container that is gone: the next start in another one removes it" {
	enter "$NEST"
	ns=$(namespace "$inner")
	kill -KILL "$tool_pid"
	ended "$tool_pid"
	until_true is_gone "$inner"
	[ -n "$(left_of "$ns")" ]
	under="$NEST" tool -d 0.01
	is_swept "$ns"
}

@test "what the host's dead tool left is removed by one in a container" {
	start
	kill -KILL "$tool_pid"
	ended "$tool_pid"
	killed=$tool_pid
	[ -n "$(trace_of "$killed")" ]
	under="$NEST" tool -d 0.01
	[ -z "$(trace_of "$killed")" ]
}

@test "who lives is swept by nobody: on the host, in containers" {
	start_as .host
	host=$tool_pid
	# Two containers where the tools have the same PIDs.
	enter "$NEST"
	one=$tool_pid one_inner=$inner one_ns=$(namespace "$inner")
	mv out out.one
	mv err err.one
	enter "$NEST"
	ns=$(namespace "$inner")
	[ "$ns" != "$one_ns" ]
	for under in '' "$NEST" "unshare -p -f --kill-child" \
	    "unshare -T --boottime 1000 -f" "$NEST $NEST" \
	    "unshare -T --boottime 1000 $NEST"; do
		# shellcheck disable=SC2086 # words
		$under "$FORKSNOOP" -d 0.01 >other 2>&1 3>&- 9>&-
		[ -n "$(trace_of "$host")" ]
		[ -n "$(left_of "$one_ns")" ]
		[ -n "$(left_of "$ns")" ]
	done
	"$bin/nop" "$tag" 9>&-
	leave
	tool_pid=$one inner=$one_inner leave
	tool_pid=$host stop
	for f in out.host out.one out; do
		lines_of "$bin/nop $tag\$" "$f" >/dev/null
	done
	is_swept "$ns"
	is_swept "$one_ns"
}

# ---- --check ----

@test "--check: tracing works, and what follows from the namespaces" {
	snapshot >before
	for TOOL in $EXECSNOOP $FORKSNOOP $EXITSNOOP $PROCTREE; do
		under="unshare -T --boottime 1000 $NEST" tool --check
		cat out
		[ "$status" -eq 0 ]
		grep -q '^pid_namespace: *not the first$' out
		grep -q '^time_namespace: *not the first$' out
		grep -q '^proc: */proc, of another pid namespace' out
		grep -q '^pids: .* where this tool is [0-9]*$' out
		grep -q '^boot_clock: .* 1000.000000000 s behind' out
		grep -q '^result: *tracing works, .*(--proc: the host' out
	done
	under=$NEST TOOL=$EXITSNOOP tool --check -R
	[ "$status" -eq 0 ]
	grep -q '^result: .*taskstats: in the first pid namespace only' out
	unset under
	tool --check
	grep -q '^pid_namespace: *the first$' out
	grep -q '^proc: */proc$' out
	refute grep -qE '^(pids|boot_clock):' out
	left_nothing
}
