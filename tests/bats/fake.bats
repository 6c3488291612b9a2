# The tools on the tracing directory of another kernel (tests/fake): what was
# recorded there, through all that they do live, without root.  The truth is
# what the workload said of itself while it was recorded.
load helper

KERNELS=${KERNELS:-"3.2 3.16 5.10 6.1 6.12 6.1-arm64"}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	[ -x "$TREE/build/fake/execsnoop" ] || {
		echo "build/fake: not built (make fake)" >&2
		return 1
	}
}

# Where what is the same on all of them is tried.
OLD="3.2 3.16"

# A number that the fake adds to all recorded pids.
PIDS=4000000

# folder KERNEL: make its tracing directory
folder()
{
	rm -rf fake
	"$TREE/tests/fake/folder" "$1" fake
	export FAKE_TRACEFS=$PWD/fake/tracing
}

# faked TOOL [arguments]: to ./out, ./err, $status
faked()
{
	status=0
	timeout 60 "$TREE/build/fake/$1" "${@:2}" >out 2>err </dev/null ||
		status=$?
	echo "$*: status $status"
	head -c 2000 err
}

# stays [arguments]: execsnoop as $pid, which traces until it is ended
stays()
{
	rm -f out # of the one before
	FAKE_STAY=1 "$TREE/build/fake/execsnoop" "$@" >out 2>err &
	pid=$!
	until grep -sq PID out; do
		kill -0 $pid
		sleep 0.01
	done
}

# truth KERNEL: a line for each process of the workload: pid, ppid, how it
# ended, step
truth()
{
	awk -v pids="$PIDS" '
	{
		sub("pid=", "", $2)
		$2 += pids
	}
	$1 == "work" {
		work = $2
		print $2, "-", 0, $1
		next
	}
	$1 == "done" { exit }
	$1 == "orphan" {
		orphan = $2
		next
	}
	{
		sub("exit=", "", $3)
		sub("signal=9", "SIGKILL", $3)
		sub("signal=11", "SIGSEGV", $3)
		print $2, work, $3, $1
	}
	$1 == "orphan-parent" { print orphan, $2, 0, "orphan" }
	$1 == "comm-hostile" { print $2 + 1, $2, 0, "its-child" }
	' "$TREE/tests/data/recordings/$1/workload.txt" | sort -n >truth
	[ "$(wc -l <truth)" -eq 35 ]
}

# only_truth: of lines that begin with a pid, those of the workload
only_truth()
{
	awk 'NR == FNR { is[$1]; next } $1 in is' truth - | sort -n
}

# A JSON line a record: pid, ppid, how it ended.
ends()
{
	our_jq -r 'select(.event == "exit") |
	    "\(.pid) \(.ppid // "-") \(.signal // .exit)"' out
}

# All of the folder but what counts.  A buffer that has got its size with the
# first event keeps it: no kernel takes that back.
everything()
{
	(cd fake && find . && grep -r '' tracing --exclude=stats) |
		sed 's/kb:7 (expanded: \(.*\))/kb:\1/
		    /^tracing.events\(\/[^\/]*\)\{0,1\}\/enable:/d' | sort
}

# Run it, and record it; nothing is left, and the recording has the same.
same_again()
{
	everything >before
	faked "$@" -w rec
	[ "$status" -eq 0 ]
	everything | diff before -
	mv out live
	faked "$@" -i rec
	[ "$status" -eq 0 ]
	diff live out
}

@test "other kernels: every exec, with all of its arguments" {
	for k in $KERNELS; do
		folder $k
		same_again execsnoop -j -r -a 30
		refute grep -q FAKE_SECRET out rec
		# 3.2 says the path to the thread that calls, which is gone
		our_jq -r 'select(.path == null) | .args[1]' out >pathless
		[ ! -s pathless ] ||
			[ "$k $(cat pathless)" = "3.2 from-a-thread" ]
		awk -v pids="$PIDS" '{
			split($2, v, "=")
			print $1, "pid=" v[2] + pids
		}' fake/recording/workload.txt >steps
		sed 's,/root/nop,/t/nop-static,g' out |
			jq -r -s --rawfile truth steps \
			    -f "$TREE/tests/vm/workload.jq" >result
		cat result
		[ "$(cat result)" = "steps 25" ]
	done
}

@test "other kernels: failed execs" {
	for k in $OLD 6.12 6.1-arm64; do
		folder $k
		truth $k
		same_again execsnoop -x -j
		our_jq -r 'select(.ret != 0) | "\(.pid) \(.ppid) \(.ret)"' out |
			diff <(awk '$4 == "enoent" { print $1, $2, "ENOENT" }
			    $4 == "eacces" { print $1, $2, "EACCES" }' truth) -
	done
}

@test "other kernels: every fork" {
	for k in $KERNELS; do
		folder $k
		truth $k
		same_again forksnoop -L -j
		our_jq -r 'select(.type != "thread") |
		    "\(.pid) \(.ppid // "-") \(.type)"' out | only_truth |
			diff <(awk '{
				type = $4 == "vfork" ? "vfork" : "fork"
				print $1, $2, type
			}' truth) -
		# each has one thread more, with the next number
		our_jq -r 'select(.type == "thread") | "\(.pid) \(.tid)"' out |
			diff <(awk '$4 ~ /^thread/ { print $1, $1 + 1 }' \
			    truth) -
	done
}

@test "other kernels: every exit and its status" {
	for k in $KERNELS; do
		folder $k
		truth $k
		same_again exitsnoop -a -j
		ends | only_truth | diff <(cut -d ' ' -f 1-3 truth) -
	done
}

@test "other kernels: the tree" {
	for k in $OLD; do
		folder $k
		truth $k
		everything >before
		faked proctree -n -o json
		[ "$status" -eq 0 ]
		everything | diff before -
		jq -r '.processes as $all | ($all | map({(.id | tostring): .pid}) |
		    add) as $pid | $all[] | "\(.pid) \($pid[.parent | tostring])" +
		    " \(.signal // .exit)"' out | only_truth |
			sed '1s/ [0-9]* / - /' |
			diff <(cut -d ' ' -f 1-3 truth) -
	done
}

@test "other kernels: a command" {
	for k in $OLD; do
		folder $k
		faked execsnoop -H -- sh -c 'exit 7'
		[ "$status" -eq 7 ]
		grep -q ' sh -c exit 7$' out
		[ "$(wc -l <out)" -eq 1 ]
	done
}

@test "other kernels: what kill -9 leaves is removed by the next start" {
	for k in $OLD; do
		folder $k
		everything >before
		stays
		kill -9 $pid
		wait $pid || true
		refute diff -q before <(everything)
		grep -q _${pid}_ fake/tracing/kprobe_events
		faked forksnoop -v
		[ "$status" -eq 0 ]
		everything | diff before -
	done
}

@test "other kernels: what another program changes is put back" {
	for kernel in 3.2 3.16 6.1; do
		folder "$kernel"
		stays
		buffer=$(echo fake/tracing/instances/*-$pid-*)
		[ -d "$buffer" ] || buffer=fake/tracing
		echo 0 >"$buffer/tracing_on"
		until grep -q '^execsnoop: tracing_on: another program has' \
		    err; do
			kill -0 $pid
			sleep 0.01
		done
		[ "$(cat "$buffer/tracing_on")" = 1 ]
		cat "$buffer/trace" >/dev/null
		until grep -q 'trace: another program has opened it' err; do
			kill -0 $pid
			sleep 0.01
		done
		kill -INT $pid
		wait $pid
		grep -q 'another program has changed the trace' err
	done
}

@test "other kernels: a filter where it overwrites no memory" {
	for k in $KERNELS; do
		case $k in
		3.2 | 6.*) want='argc > 0' ;;
		*) want=none ;;
		esac
		folder $k
		stays
		# shellcheck disable=SC2046 # words
		cat $(find fake/tracing -path '*_*/args*_0/filter') >filter
		kill -INT $pid
		wait $pid
		echo "$k: $(cat filter)"
		grep -q "^$want" filter
	done
}

# lock PID: somebody has the lock of perf-tools
lock()
{
	echo "$1" >fake/var/tmp/.ftrace-lock
}

# taken TOOL [arguments]: it takes the only buffer, shows the workload, and
# gives all back, so that it is as ./before
taken()
{
	faked "$@" -H
	[ "$status" -eq 0 ]
	[ "$(grep -c '4000072 4000071 nop a b c d' out)" -eq 1 ]
	everything | diff before -
}

# refused MESSAGE [arguments]: execsnoop does not start, and changes nothing
refused()
{
	everything >there
	faked execsnoop "${@:2}"
	[ "$status" -eq 1 ]
	grep -q "$1" err
	everything | diff there -
}

# Up to 6.6 a size that is written to an instance would leave the top level with
# two pages, for whoever traces next.
@test "the top level is left as by anybody's first event" {
	for k in $KERNELS; do
		for options in "execsnoop -b 4" "proctree -o json" "forksnoop"; do
			folder "$k"
			# shellcheck disable=SC2086
			faked $options
			[ "$status" -eq 0 ]
			case $k in
			6.12) want='7 (expanded: 1408)' ;;
			*) want=1408 ;;
			esac
			[ "$(<fake/tracing/buffer_size_kb)" = "$want" ]
		done
	done
}

# From Linux 4.0 to 5.8 while anybody reads any trace pipe.
@test "an instance cannot be removed: told once, the status is right" {
	folder 5.10
	everything >before
	: >fake/busy
	left()
	{
		(cd fake/tracing/instances && echo *)
	}
	faked exitsnoop -- sh -c 'exit 5'
	[ "$status" -eq 5 ]
	[ "$(grep -c "left to the next tool" err)" -eq 1 ]
	first=$(left)
	[[ $first == exitsnoop-* ]]
	# The next one uses it again, as if it was new, and so do others.
	for t in execsnoop forksnoop "execsnoop -b 0" "proctree -o json"; do
		# shellcheck disable=SC2086
		faked $t
		[ "$status" -eq 0 ]
		[ "$(grep -c "$first: left to the next tool" err)" -eq 1 ]
		[ "$(left)" = "$first" ]
		[ "$(<fake/tracing/instances/$first/tracing_on)" = 0 ]
		[ "$(<fake/tracing/instances/$first/buffer_size_kb)" = 1 ]
		[ "$t" = forksnoop ] || grep -q 'nop' out
	done
	faked execsnoop --check
	[ "$status" -eq 0 ]
	grep -q "^left_behind: *$first" out
	refute grep other_tool out
	grep -q '^result: *tracing works' out
	[ "$(left)" = "$first" ]
	# One that stays removes what others leave, when it ends.
	stays
	faked forksnoop
	[ "$(left | wc -w)" -eq 2 ]
	rm fake/busy
	kill $pid
	wait $pid
	everything | diff before -
}

# Records of taskstats come from this machine's kernel, and do not fit.
@test "--check: why taskstats is not used is what was found" {
	folder 5.10
	faked exitsnoop --check -R
	[ "$status" -eq 1 ]
	why=$(sed -n 's/^resource_usage: *//p' out)
	[[ $why == "taskstats: "?* ]]
	[ "$(sed -n 's/^result: *//p' out)" = "$why" ]
}

@test "reasons are facts of this kernel, not versions of others" {
	for k in 3.2 3.16 5.10 6.12; do
		folder $k
		faked execsnoop --check -x -F
		refute grep -Ei '(linux|before|since|until|to) [2-9]\.' out err
		case $k in
		5.10) grep -q '^filters_of_arguments: *not used (this kernel' out ;;
		3.2) grep -q '^instances: *no$' out ;;
		esac
		[ $k != 3.2 ] || grep -q 'this kernel has no instances' out
	done
}

@test "the only buffer: with the settings of somebody else" {
	folder 3.2
	cd fake/tracing
	echo 'local global [counter]' >trace_clock
	echo 0 >tracing_on
	echo 100 >buffer_size_kb
	echo 'pid > 5' >events/sched/sched_process_exit/filter
	cd ../..
	everything >before
	taken execsnoop
	taken execsnoop -b 300
	stays -b 200
	grep -q 200 fake/tracing/buffer_size_kb
	refused "execsnoop-$pid-.* uses it"
	refused "execsnoop-$pid-.* uses it" -F
	kill -9 $pid
	wait $pid || true
	taken execsnoop
}

@test "the only buffer: not while somebody uses it" {
	folder 3.2
	echo function >fake/tracing/current_tracer
	refused current_tracer
	echo nop >fake/tracing/current_tracer
	echo 1 >fake/tracing/events/sched/sched_process_fork/enable
	everything >before
	refused set_event
	taken execsnoop -F
	echo 0 >fake/tracing/events/sched/sched_process_fork/enable
	everything >before
	exec 9<fake/tracing/trace_pipe
	refused "process $BASHPID reads it"
	taken execsnoop -F
	exec 9<&-
	echo event >fake/tracing/trace
	refused "1 events"
	taken execsnoop -F
}

@test "the only buffer: the lock" {
	folder 3.2
	everything >before
	sleep 60 3>&- &
	locked=$!
	lock $locked
	refused "process $locked has locked it"
	taken execsnoop -F
	lock $locked
	# written before that process began: of an earlier one of its number
	touch -d '2 days ago' fake/var/tmp/.ftrace-lock
	taken execsnoop
	kill $locked
	wait $locked || true
	lock $locked
	taken execsnoop
}

@test "the only buffer: as there is no memory for another" {
	folder 6.1
	: >fake/no-memory
	everything >before
	faked execsnoop -v
	[ "$status" -eq 0 ]
	grep -q ' nop a b c d$' out
	everything | diff before -
	grep -q 'that of the top level (no memory for an instance)' err
	echo function >fake/tracing/current_tracer
	refused 'in use: a tracer is active'
}

# 2.6.32 does not say what time it is.
@test "the only buffer: a clock that tells itself by trace_marker" {
	folder 3.2
	touch fake/no-now
	everything >before
	taken execsnoop -v
	grep -q trace_marker err
	faked execsnoop -T -H
	now=$(date +%s)
	last=$(date -d "$(awk 'END { print $1 }' out)" +%s)
	[ "$((now - last))" -ge 0 ]
	[ "$((now - last))" -lt 20 ]
}

@test "3.2: a method that is asked for and not possible is an error" {
	folder 3.2
	everything >before
	faked execsnoop --row=3
	[ "$status" -eq 1 ]
	grep -qx 'execsnoop: method ldso is not possible here (-v reports why)' err
	faked execsnoop --check --row=3
	[ "$status" -eq 1 ]
	grep -q '^result: .*method ldso is not possible here' out
	faked execsnoop --check --row=5
	[ "$status" -eq 0 ]
	grep -q '^result: .*only from /proc (as asked for)' out
	everything | diff before -
}

# Before 3.9 a read in vain cannot be avoided, and may skip some.
@test "3.2: what was skipped by the kernel is told" {
	folder 3.2
	faked execsnoop -H
	refute grep -q lost err
	folder 3.2
	echo 3 >fake/skipped
	faked execsnoop -H
	[ "$status" -eq 0 ]
	grep -Eq '^execsnoop: (3|6) events lost' err
}

@test "the only buffer: asked for where there are others" {
	for k in 3.16 6.12; do
		folder $k
		everything >before
		faked execsnoop -j -r -a 30
		[ "$status" -eq 0 ]
		our_jq -c '[.pid, .args]' out >own
		faked execsnoop --top-level -j -r -a 30
		[ "$status" -eq 0 ]
		our_jq -c '[.pid, .args]' out | diff own -
		everything | diff before -
	done
}

@test "other kernels: --check" {
	for k in $KERNELS; do
		folder $k
		everything >before
		faked exitsnoop --check
		[ "$status" -eq 0 ]
		grep -q "^kernel: *${k%-*}\.0-fake " out
		grep -q '^result: *tracing works' out
		everything | diff before -
	done
}

# Its pipe always says that it can be read: the fake ends a tool that
# believes it too often.
@test "3.2: nothing is polled for ever" {
	folder 3.2
	FAKE_STAY=1 faked forksnoop -d 3
	[ "$status" -eq 0 ]
}

# without FUNCTION ROW: it is not there, the next row is used
without()
{
	sed -i "s/ $1 / /" fake/symbols
	faked execsnoop -v -j -r -a 30
	[ "$status" -eq 0 ]
	grep -q "kprobe $1: " err
	grep -q "method $2: in use, self-test passed" err
	[ "$(grep -c '"args":\["nop","a","b","c d"\]' out)" -eq 1 ]
	[ "$(grep -c '"path":"/nonexistent/nosuch"' out)" -eq 0 ]
}

@test "other kernels: a place that is not there" {
	folder 6.12
	without start_thread 'finalize_exec: kprobe finalize_exec'
	without finalize_exec 'execve: kprobe __x64_sys_execve'
	for k in 3.2 3.16; do
		folder $k
		without start_thread 'execve: kprobe sys_execve'
	done
}

# The members of struct linux_binprm before p: vma, vma_pages, mm; argmin too
# (6.10); old_mm, user_ns too (7.2); a buffer of 128 bytes (until 5.1).
@test "other kernels: struct linux_binprm as it is and was" {
	for at in 24 32 48 152; do
		folder 6.12
		FAKE_BPRM_P=$at without start_thread 'finalize_exec: kprobe finalize_exec'
	done
	folder 6.12
	FAKE_BPRM_P=40 without start_thread 'execve: kprobe __x64_sys_execve'
	refute grep -q 'method finalize_exec: .*in use' err
}

@test "other kernels: no place to learn of a status" {
	folder 3.2
	sed -i 's/ do_exit / /' fake/symbols
	faked exitsnoop -j
	[ "$status" -eq 0 ]
	[ "$(our_jq -r 'select(.pid > 4000000) | .exit // .signal' out |
		sort -u)" = null ]
}
