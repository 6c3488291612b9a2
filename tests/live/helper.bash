# What the live tests share. They run as root, on a kernel that can trace:
# where tracing does not work they fail, and never skip.
#
# environment: EXECSNOOP, EXITSNOOP, FORKSNOOP, PROCTREE
#				the programs to test, if not those of this tree
#		CC		the compiler of test programs
#		STATIC_CC	the one of static programs
#
# Every test file may choose another $TOOL.
#
# Other processes of the machine execute things meanwhile, and other tools may
# trace: what is ours has a word of its own, $tag, or a path below $bin.

bats_require_minimum_version 1.5.0

TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
EXECSNOOP=${EXECSNOOP:-$TREE/execsnoop/execsnoop}
EXITSNOOP=${EXITSNOOP:-$TREE/exitsnoop/exitsnoop}
FORKSNOOP=${FORKSNOOP:-$TREE/forksnoop/forksnoop}
PROCTREE=${PROCTREE:-$TREE/proctree/proctree}
TOOL=$EXECSNOOP
CC=${CC:-cc}
STATIC_CC=${STATIC_CC:-musl-gcc -static}
TRACEFS=/sys/kernel/tracing
PID_MAX=/proc/sys/kernel/pid_max
OURS='(execsnoop|forksnoop|exitsnoop|proctree|procsnoop)'
export LC_ALL=C TZ=UTC

# ---- before and after ----

# build PROGRAM...: into $bin; NAME-static by the other compiler
build()
{
	local p flags='-O2 -std=c11 -D_GNU_SOURCE -pthread'

	bin=$BATS_FILE_TMPDIR/bin
	mkdir -p "$bin"
	for p; do
		# shellcheck disable=SC2086 # words
		case $p in
		*-static)
			$STATIC_CC $flags -o "$bin/$p" \
			    "$TREE/tests/prog/${p%-static}.c" ;;
		*)
			$CC $flags -o "$bin/$p" "$TREE/tests/prog/$p.c" ;;
		esac || return
	done
}

# many N: sets $many to N, or to what this machine starts in 10 s, a tenth of N
# at least: where a process takes 5 ms, 50,000 of them prove no more
many()
{
	local rate=$BATS_RUN_TMPDIR/rate

	[ -s "$rate" ] || {
		$CC -O2 -std=c11 -D_GNU_SOURCE -pthread -o "$rate.storm" \
		    "$TREE/tests/prog/storm.c" || return
		"$rate.storm" -n 400 -j 4 /bin/true rate 3>&- 9>&- |
		    awk '{ printf("%d\n", $1 / $4) }' >"$rate" || return
	}
	many=$(($(<"$rate") * 10))
	[ "$many" -ge $(($1 / 10)) ] || many=$(($1 / 10))
	[ "$many" -le "$1" ] || many=$1
	echo "$many of $1"
}

setup()
{
	bin=$BATS_FILE_TMPDIR/bin
	tag=t$$x$BATS_TEST_NUMBER
	tools=()
	cd "$BATS_TEST_TMPDIR" || return
	mkfifo never
	exec 9<>never
	[ -x "$TOOL" ] || fail "$TOOL: not built"
	[ "$(id -u)" -eq 0 ] || fail "live tests need root"
	[ -w "$TRACEFS/trace_clock" ] || mount -t tracefs nodev "$TRACEFS"
	[ -w "$TRACEFS/trace_clock" ] || fail "$TRACEFS: no tracing"
}

# End what a test that failed has left; only what we started.
teardown()
{
	local pid

	many_pids
	for pid in "${tools[@]}"; do
		! kill -KILL "$pid" 2>/dev/null || wait "$pid" || :
	done
	# The next start sweeps up after them.
	[ -n "$BATS_TEST_COMPLETED" ] ||
	    timeout -k 1 30 "$TOOL" -d 0.01 >/dev/null 2>&1 3>&- || :
}

# Another user, of whom this machine knows nothing.
NOBODY='setpriv --reuid=65534 --regid=65534 --clear-groups'

# open_to_all: other users can execute what is here and in $bin
open_to_all()
{
	local d

	for d in "$PWD" "$bin"; do
		for (( ; ${#d} >= ${#BATS_RUN_TMPDIR}; )); do
			chmod a+rx "$d"
			d=${d%/*}
		done
	done
}

fail()
{
	echo "$*" >&2
	return 1
}

# bash lets a line that begins with "!" pass in any case
refute()
{
	! "$@"
}

# Pids come again after 200 processes, until many_pids.
few_pids()
{
	pid_max=$(<"$PID_MAX")
	# Another test may be at it.
	[ "$pid_max" -gt 500 ] || pid_max=32768
	echo 500 >"$PID_MAX"
}

many_pids()
{
	[ -z "${pid_max-}" ] || echo "$pid_max" >"$PID_MAX"
	pid_max=
}

# Wait without a process. Seconds.
nap()
{
	read -r -t "$1" <&9 || :
}

# Microseconds since the epoch.
now_us()
{
	echo "${EPOCHREALTIME/./}"
}

# until_true command...: for at most 30 seconds; the kernel takes its time to
# remove an instance when others do the same
until_true()
{
	local i

	for ((i = 0; i < 3000; i++)); do
		! "$@" || return 0
		nap 0.01
	done
	fail "not in 30 seconds: $*"
}

is_gone()
{
	! kill -0 "$1" 2>/dev/null
}

# ---- the tool ----

# background [options]: becomes the tool, with the signals of a terminal's
# foreground and none of our descriptors; to be called with "&". $under is a
# command that executes it.
background()
{
	# shellcheck disable=SC2086 # words
	exec env --default-signal="${DEFAULTS-HUP,INT,QUIT}" ${under-} \
	    "$TOOL" "$@" 3>&- 8>&- 9>&-
}

# The tools that begin from now on may fetch no strings by uprobes.
windowed()
{
	under=$TREE/tests/live/panic_on_warn.sh
}

# start [options]: in the background and armed when this returns; stdout,
# stderr in ./out and ./err, the pid in $tool_pid
start()
{
	start_as '' "$@"
}

# start_as SUFFIX [options]: files ./outSUFFIX, ./errSUFFIX
start_as()
{
	local n=$1

	shift
	: >"out$n"
	: >"err$n"
	background "$@" >"out$n" 2>"err$n" </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true is_armed "$n"
	! is_gone "$tool_pid" || fail "ended: $(<"err$n")"
}

# The header, or without one the line on stderr, is written when it is armed.
# (A "$(<file)" of no file ends the test with bash 5.2, whatever is around it.)
is_armed()
{
	is_gone "$tool_pid" || [ -s "out$1" ] ||
	    { [ -e "err$1" ] &&
	    [[ $(<"err$1") == *"${TOOL##*/}: tracing"* ]]; }
}

# stop [SIGNAL]: end it; its status is $status
stop()
{
	kill "-${1:-INT}" "$tool_pid"
	ended "$tool_pid"
}

# ended PID: wait, at most 30 seconds; $status
ended()
{
	until_true is_gone "$1"
	status=0
	wait "$1" || status=$?
}

# tool [options]: in the foreground; ./out, ./err, $status, $tool_pid
tool()
{
	background "$@" >out 2>err </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	status=0
	wait "$tool_pid" || status=$?
	echo "${TOOL##*/} $*: status $status"
	head -c 2000 err
}

# How long a signal may take, in us: a second, or as long as a tool takes now
# that starts and ends at once.
patience()
{
	local i begin

	most=1000000
	for ((i = 0; i < ${1:-3}; i++)); do
		begin=$(now_us)
		tool -d 0.01 >/dev/null
		took=$(($(now_us) - begin))
		echo "starts and ends in $took us"
		[ "$took" -le "$most" ] || most=$took
	done
}

# lines_of REGEX [FILE]: whose program and arguments begin so. (The command
# line of a grep in the output does not.)
lines_of()
{
	grep -aE "^ *[0-9?]+ +[0-9?]+ $1" "${2:-out}"
}

# truth_lines PROGRAM FILE: the lines that storm's truth file asks for, sorted
truth_lines()
{
	awk -v program="$1" -v tag="$tag" '{
		printf("%6d %6d %s %s %d a%d b c%d\n", $2, $3, program, tag,
		    $1, $1, $1)
	}' "$2" | sort
}

# same EXPECTED FOUND: shows the first lines that differ
same()
{
	diff "$1" "$2" >difference || {
		head -n 10 difference
		return 1
	}
}

# Nothing on stderr but notes that are no complaint.
quiet()
{
	! grep -v -e "^${TOOL##*/}: tracing" -e 're-execs\{0,1\} not shown' \
	    "${1:-err}" >&2
}

# told FILE: how many events the tool said on stderr were lost
told()
{
	awk '/events lost/ { for (i = 1; i < NF; i++)
		if ($i ~ /^[0-9]+$/) n += $i }
	END { print n + 0 }' "$1"
}

# ---- tracefs ----

# What tracefs holds, but for the things of our tools, which come and go with
# tools that others run; and how much is mounted.
snapshot()
{
	local f

	{
		ls "$TRACEFS/instances"
		for f in uprobe_events kprobe_events dynamic_events; do
			[ ! -e "$TRACEFS/$f" ] || cat "$TRACEFS/$f"
		done
	} | grep -Ev "${OURS}[-_][0-9]+[-_]" || :
	for f in trace_options trace_clock tracing_on current_tracer \
	    buffer_size_kb buffer_percent set_event set_event_pid \
	    saved_cmdlines_size tracing_cpumask events/enable \
	    events/sched/enable events/sched/sched_process_exec/enable \
	    events/task/enable events/syscalls/enable; do
		[ ! -e "$TRACEFS/$f" ] || sed "s,^,$f: ," "$TRACEFS/$f"
	done
	grep -c . /proc/self/mountinfo
}

# trace_of PID: the things of that tool
trace_of()
{
	ls "$TRACEFS/instances" | grep -E "^${OURS}-$1-" || :
	cat "$TRACEFS/uprobe_events" "$TRACEFS/kprobe_events" 2>/dev/null |
	    grep -E "${OURS}_$1_" || :
}

# left_nothing PID...: nothing of these, and all else as in ./before
left_nothing()
{
	local pid

	for pid; do
		[ -z "$(trace_of "$pid")" ] || fail "left: $(trace_of "$pid")"
	done
	snapshot >after
	diff -u before after
}
