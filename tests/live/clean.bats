#!/usr/bin/env bats
# Whatever way a tool ends, tracefs is as it was.

load helper

setup_file()
{
	build nop storm
}

@test "INT, TERM, HUP and QUIT end it with 0 and leave nothing" {
	for signal in INT TERM HUP QUIT; do
		snapshot >before
		start
		[ -n "$(trace_of "$tool_pid")" ]
		stop "$signal"
		[ "$status" -eq 0 ]
		left_nothing "$tool_pid"
		quiet
	done
}

@test "every option has its undo" {
	for options in "-x -j -r -a 100 -w rec" "-b 64 -v -t -T" "-p $$"; do
		snapshot >before
		# shellcheck disable=SC2086 # words
		start $options
		"$bin/nop"
		stop TERM
		[ "$status" -eq 0 ]
		left_nothing "$tool_pid"
	done
}

@test "a signal while it is still starting leaves nothing" {
	for delay in 0.001 0.02 0.04; do
		snapshot >before
		background >out 2>err &
		tool_pid=$!
		tools+=("$tool_pid")
		nap "$delay"
		kill -TERM "$tool_pid"
		ended "$tool_pid"
		[ "$status" -eq 0 ] || [ "$status" -eq 143 ]
		left_nothing "$tool_pid"
	done
}

@test "signals that nobody sends to a tool end it with 0, too" {
	for signal in USR1 USR2 ALRM VTALRM PROF XCPU IO PWR; do
		snapshot >before
		start
		stop "$signal"
		[ "$status" -eq 0 ]
		left_nothing "$tool_pid"
	done
}

@test "a limit of the size of files is told, and leaves nothing" {
	snapshot >before
	(ulimit -f 1; background -H -w rec -- "$bin/storm" -n 100 "$bin/nop" \
	    "$tag") >/dev/null 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	ended "$tool_pid"
	[ "$status" -eq 125 ]
	grep -q 'rec: File too large' err
	left_nothing "$tool_pid"
}

@test "two signals at once leave nothing" {
	for ((i = 0; i < 2; i++)); do
		snapshot >before
		start
		kill -INT "$tool_pid"
		kill -TERM "$tool_pid" || :
		kill -INT "$tool_pid" || :
		ended "$tool_pid"
		left_nothing "$tool_pid"
	done
}

@test "a signal in the middle of a storm leaves nothing" {
	snapshot >before
	start
	"$bin/storm" -n 500 -j 2 "$bin/nop" "$tag" 3>&- 9>&- &
	storm=$!
	nap 0.1
	stop TERM
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	wait "$storm"
}

@test "a pipe that closes ends it with 0 and leaves nothing" {
	snapshot >before
	mkfifo pipe
	background -H >pipe 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	exec 8<pipe
	until_true grep -q tracing err
	exec 8<&-
	until_true run_until_gone
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	quiet
}

# The reader is missed when there is something to write.
run_until_gone()
{
	"$bin/nop" 9>&-
	is_gone "$tool_pid"
}

@test "a reader that does not read: a signal ends it nevertheless" {
	snapshot >before
	mkfifo pipe
	exec 8<>pipe
	background -H >pipe 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -q tracing err
	# More than a pipe holds.
	"$bin/storm" -n 2000 -j 2 "$bin/nop" "$tag$(printf %064d 0)" \
	    >/dev/null 3>&- 8>&- 9>&-
	begin=$(now_us)
	stop TERM
	took=$(($(now_us) - begin))
	echo "$took us"
	[ "$took" -lt 10000000 ]
	grep -x 'execsnoop: standard output: interrupted while nothing reads it: incomplete' err
	left_nothing "$tool_pid"
}

@test "-d ends it with 0, in time, and leaves nothing" {
	snapshot >before
	tool -d 0.2
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	# The kernel takes its time to remove an instance, more when others
	# do the same: it may need another try.
	for i in 1 2 3 4; do
		begin=$(now_us)
		tool -d 1
		took=$(($(now_us) - begin))
		echo "$took us"
		[ "$status" -eq 0 ]
		[ "$took" -ge 1000000 ]
		[ "$took" -ge 2000000 ] || break
	done
	[ "$took" -lt 2000000 ]
	left_nothing "$tool_pid"
}

@test "-d: the trace lasts so long, in a storm" {
	"$bin/storm" -n 20000 -j 2 "$bin/nop" "$tag" 3>&- 9>&- &
	storm=$!
	tools+=("$storm")
	start -d 0.7 -w rec -t
	read -r armed _ </proc/uptime
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	[ -z "$(trace_of "$tool_pid")" ]
	kill "$storm" && wait "$storm" || :
	# Not the end itself: what the tool has to wait for in the kernel.
	last=$(grep '^exec' rec | tail -n 1 | cut -d ' ' -f 2)
	shown=$(tail -n 1 out | cut -d ' ' -f 1)
	echo "armed before $armed, last exec $last, shown $shown"
	for t in "$last" "$shown"; do
		awk -v a="$armed" -v t="$t" \
		    'BEGIN { exit !(t - a > 0.4 && t - a < 0.75) }'
	done
}

@test "a start that fails says why in one line and leaves nothing" {
	: >plain
	gone=$(sh -c 'echo $$')
	snapshot >before
	while read -r expected object options; do
		# shellcheck disable=SC2086 # words
		tool $options
		[ "$status" -eq "$expected" ]
		left_nothing "$tool_pid"
		[ "$(grep -cv '^execsnoop: tracing' err)" -eq 1 ]
		grep -qF -- "$object" err
	done <<-EOF
	1 missing/rec: -w missing/rec
	1 /: -w /
	1 $gone -p $gone
	127 missing/cmd: -- missing/cmd
	126 plain: -- ./plain
	125 missing/rec: -w missing/rec -- $bin/nop
	EOF
}

@test "a recording on a full disk is told, status 1, and leaves nothing" {
	snapshot >before
	tool -d 0.2 -w /dev/full
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: /dev/full: No space left' err
	left_nothing "$tool_pid"
}

@test "-w into a pipe that nothing reads: a signal ends it, and it says so" {
	snapshot >before
	mkfifo full
	exec 7<>full
	long=$(printf '%03000d' 0)
	for signal in INT TERM; do
		start -w full
		dd if=/dev/zero bs=1 count=1M oflag=nonblock >&7 2>/dev/null || :
		for ((i = 0; i < 20; i++)); do
			"$bin/nop" "$long"
		done
		nap 0.5
		begin=${EPOCHREALTIME/./}
		kill -"$signal" "$tool_pid"
		ended "$tool_pid"
		took=$((${EPOCHREALTIME/./} - begin))
		echo "$signal: $took us, status $status"
		cat err
		[ "$took" -lt 3000000 ]
		[ "$status" -eq 1 ]
		grep -q '^execsnoop: full: .*: the recording is incomplete$' err
		left_nothing "$tool_pid"
		dd bs=1M count=1 iflag=nonblock <&7 >/dev/null 2>&1 || :
	done
	exec 7>&-
}

@test "output on a full disk is told, status 1, and leaves nothing" {
	snapshot >before
	background -d 5 >/dev/full 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	ended "$tool_pid"
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: standard output: No space left' err
	left_nothing "$tool_pid"
}

@test "closed descriptors: no output ends up in the recording" {
	snapshot >before
	background -d 0.2 -w rec <&- >&- 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	ended "$tool_pid"
	left_nothing "$tool_pid"
	if [ -s rec ]; then
		[ "$(head -n 1 rec)" = "procsnoop-recording 1" ]
		refute grep -q 'PID' rec
	fi
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: standard output: ' err
	# With standard input the recording would have its number.
	(background -H -w rec2 -- "$bin/nop" "$tag" >&- 2>err) || status=$?
	[ "$status" -eq 125 ] || [ "$status" -eq 1 ]
	cat err
	"$TOOL" -i rec2 >out 2>err
	grep "nop $tag" out
}

@test "kill -9: the next start removes it, another tool's things stay" {
	start_as .live
	live=$tool_pid
	start_as .dead
	dead=$tool_pid
	snapshot >before
	[ -n "$(trace_of "$dead")" ]
	kill -KILL "$dead"
	ended "$dead"
	[ "$status" -eq 137 ]
	trace_of "$dead" >left
	[ "$(wc -l <left)" -gt 1 ]
	trace_of "$live" >live.before
	start_as .next
	[ -z "$(trace_of "$dead")" ]
	# It may have more: a static program that somebody ran.
	trace_of "$live" | sort | comm -13 - <(sort live.before) | diff - /dev/null
	"$bin/nop" "$tag"
	stop
	[ "$status" -eq 0 ]
	tool_pid=$live
	stop
	[ "$status" -eq 0 ]
	left_nothing "$dead" "$live"
	# Both saw it.
	[ "$(lines_of "$bin/nop $tag$" out.live | wc -l)" -eq 1 ]
	[ "$(lines_of "$bin/nop $tag$" out.next | wc -l)" -eq 1 ]
}

@test "somebody holds its pipe open: quiet and small, told, removed later" {
	snapshot >before
	start
	held=$tool_pid
	left=$(ls "$TRACEFS/instances" | grep "^execsnoop-$held-")
	exec 7<"$TRACEFS/instances/$left/per_cpu/cpu0/trace_pipe_raw"
	kb=$(<"$TRACEFS/instances/$left/buffer_size_kb")
	stop
	[ "$status" -eq 0 ]
	[ "$(grep -c "^execsnoop: $left: left to the next tool" err)" -eq 1 ]
	# Neither probes nor anything that is enabled.
	[ "$(trace_of "$held")" = "$left" ]
	[ "$(<"$TRACEFS/instances/$left/events/enable")" = 0 ]
	[ "$(<"$TRACEFS/instances/$left/buffer_size_kb")" -lt "$((kb / 10))" ]
	# It is not used by another tool, whose events would go to its reader.
	start
	"$bin/nop" "$tag"
	until_true grep -q "nop $tag" out
	[ "$(trace_of "$held")" = "$left" ]
	stop
	[ "$status" -eq 0 ]
	exec 7<&-
	start
	[ -z "$(trace_of "$held")" ]
	stop
	[ "$status" -eq 0 ]
	left_nothing "$held" "$tool_pid"
}

@test "who lives is not swept: hidden in /proc, or in other time" {
	start
	hide='mount -t proc -o hidepid=2,gid=1 proc /proc &&
	    exec setpriv --groups 2 --regid 2 --bounding-set=-sys_ptrace \
	    --inh-caps=-sys_ptrace "$@"'
	for under in "unshare -m sh -c '$hide' sh" \
	    'unshare -T --boottime 1000 -f'; do
		eval "set -- $under"
		# Others of ours may have left something; this one has not.
		"$@" "$FORKSNOOP" -d 0.01 >other.out 2>other.err 3>&- 9>&- || :
		cat other.err
		[ -n "$(trace_of "$tool_pid")" ]
		"$bin/nop" "$under$tag"
		until_true grep -qaF "$under$tag" out
	done
	[ "$(cat /proc/1/stat | wc -w)" -gt 20 ] # ours is as it was
	stop
	[ "$status" -eq 0 ]
}

@test "kill -9, and nobody waits for it: removed all the same" {
	snapshot >before
	cat >start.sh <<-'EOF'
		"$@" >out 2>err &
		echo $! >pid
		exec sleep 30
	EOF
	sh start.sh "$TOOL" 3>&- 9>&- &
	parent=$!
	tools+=("$parent")
	until_true [ -s out ]
	pid=$(<pid)
	kill -9 "$pid"
	until_true grep -q ' Z ' "/proc/$pid/stat"
	tool -d 0.01
	left_nothing "$pid" "$tool_pid"
	kill "$parent"
}

@test "kill -9 while a command runs: removed; the command is not harmed" {
	mkfifo words
	exec 8<>words
	background -- sh -c 'read -r x; echo "read $x" >said' \
	    <words >out 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -qs 'read -r' out
	kill -KILL "$tool_pid"
	ended "$tool_pid"
	echo word >&8
	until_true [ -s said ]
	[ "$(cat said)" = "read word" ]
	"$EXECSNOOP" -d 0.01 >/dev/null 3>&- 9>&-
	[ -z "$(trace_of "$tool_pid")" ]
}

@test "a loader that is a FIFO in another namespace does not stop it" {
	mkdir traps
	mkfifo traps/ld-linux-x86-64.so.2 traps/ld64.so.2 words
	exec 8<>words
	# Nothing can be run there afterwards.
	unshare -m sh -c "mount --bind traps /lib64 && : >ready
	    read -r _ <words" 3>&- 9>&- &
	other=$!
	tools+=("$other")
	until_true [ -e ready ]
	begin=$(now_us)
	: >err
	background -d 0.1 >out 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true is_armed || :
	took=$(($(now_us) - begin))
	echo >&8
	wait "$other"
	# It must not be left waiting.
	[ -s out ] || kill -KILL "$tool_pid"
	ended "$tool_pid"
	echo "$took us"
	[ -s out ]
	[ "$took" -lt 2000000 ]
}

@test "the top level may be in use: it keeps its own events and clock" {
	# A probe and an instance of somebody else, and tracing that is off.
	snapshot >before
	echo "p:$tag/mine $bin/nop:0x0" >>"$TRACEFS/uprobe_events"
	mkdir "$TRACEFS/instances/$tag"
	echo 0 >"$TRACEFS/instances/$tag/tracing_on"
	echo 1 >"$TRACEFS/instances/$tag/events/$tag/mine/enable"
	snapshot >before.mine
	start
	"$bin/nop" "$tag"
	stop
	snapshot >after.mine
	enabled=$(cat "$TRACEFS/instances/$tag/events/$tag/mine/enable")
	rmdir "$TRACEFS/instances/$tag"
	echo "-:$tag/mine" >>"$TRACEFS/uprobe_events"
	diff -u before.mine after.mine
	[ "$enabled" = 1 ]
	[ "$(lines_of "$bin/nop $tag$" | wc -l)" -eq 1 ]
	left_nothing "$tool_pid"
}

# elsewhere COMMAND: the tool for a moment where that shell command was run, in
# a mount namespace of its own
elsewhere()
{
	unshare -m sh -c "$1 && exec \"\$0\" -d 0.1" "$EXECSNOOP" \
	    >out 2>err 3>&- 9>&- || status=$?
	cat err
}

@test "tracefs that is not mounted is used nevertheless" {
	snapshot >before
	status=0
	elsewhere "grep -E ' (tracefs|debugfs) ' /proc/self/mounts |
	    cut -d ' ' -f 2 | sort -r | xargs -n 1 umount -l"
	[ "$status" -eq 0 ]
	[ "$(head -n 1 out)" = "   PID   PPID ARGS" ]
	snapshot >after
	diff -u before after
}

@test "tracefs that cannot be used: one line says why" {
	status=0
	elsewhere "mount -o remount,ro,bind $TRACEFS"
	[ "$status" -eq 1 ]
	[ "$(grep -c . err)" -eq 1 ]
	grep -q '^execsnoop: tracefs: mounted read-only' err
	status=0
	elsewhere "mount -t tmpfs none /sys"
	[ "$status" -eq 1 ]
	[ "$(grep -c . err)" -eq 1 ]
	grep -q '^execsnoop: tracefs: ' err
}

@test "without /proc it says so" {
	status=0
	elsewhere "mount -t tmpfs none /proc"
	[ "$status" -eq 1 ]
	[ "$(grep -c . err)" -eq 1 ]
	grep -q '^execsnoop: .*/proc' err
}

@test "twenty at once see the same, and leave nothing" {
	snapshot >before
	for ((i = 0; i < 20; i++)); do
		background >"out.$i" 2>"err.$i" </dev/null &
		tools+=($!)
	done
	for ((i = 0; i < 20; i++)); do
		tool_pid=${tools[i]}
		until_true is_armed ".$i"
	done
	"$bin/storm" -n 200 -j 2 -t truth "$bin/nop" "$tag" 9>&-
	truth_lines "$bin/nop" truth >expected
	for pid in "${tools[@]}"; do
		kill -INT "$pid"
	done
	for ((i = 0; i < 20; i++)); do
		ended "${tools[i]}"
		[ "$status" -eq 0 ]
		lines_of "$bin/nop $tag " "out.$i" | sort >"seen.$i"
		same expected "seen.$i"
		quiet "err.$i"
	done
	left_nothing "${tools[@]}"
}
