#!/usr/bin/env bats
# What another program changes in the ring buffer of a tool is reported within a
# second, and at the end; it is put back, and tracing goes on.

load helper

setup_file()
{
	build nop storm
}

# The instance of the tool that start has begun.
instance()
{
	dir=$(echo "$TRACEFS"/instances/*-"$tool_pid"-*)
	[ -d "$dir" ]
}

# reported REGEX: within a second
reported()
{
	local begin i took

	begin=$(now_us)
	for ((i = 0; i < 300; i++)); do
		! grep -Eq "^${TOOL##*/}: $1" err || break
		nap 0.01
	done
	took=$(($(now_us) - begin))
	cat err
	echo "$took us"
	[ "$took" -lt 1000000 ]
}

# A line of a program that is executed now.
traces()
{
	"$bin/nop" "$1" 3>&- 9>&-
	until_true grep -q "nop $1\$" out
}

shows()
{
	"$bin/nop" "$1" 3>&- 9>&-
	nap 0.1
	grep -q "nop $1\$" out
}

# The same, of one that is executed soon: all is put back, one after the other.
traces_again()
{
	until_true shows "$1"
}

# attack FILE TEXT: of its instance
attack()
{
	echo "$2" >"$dir/$1"
}

@test "each setting: reported, put back, and lines come again" {
	exec_event=events/sched/sched_process_exec
	while read -r file text; do
		start
		instance
		was=$(cat "$dir/$file")
		traces "$tag-a"
		attack "$file" "$text"
		reported "$file: another program has changed .* \(put back\)"
		[ "$(cat "$dir/$file")" = "$was" ]
		traces_again "$tag-b"
		stop
		[ "$status" -eq 0 ]
		grep 'events lost: .*another program has changed the trace' err
	done <<-EOF
	tracing_on 0
	tracing_cpumask 0
	set_event_pid 1
	set_event_notrace_pid $$
	buffer_size_kb 1
	trace_clock local
	trace_clock x86-tsc
	trace_clock counter
	options/overwrite 0
	$exec_event/enable 0
	$exec_event/filter pid == 1
	EOF
}

@test "all events, those of a system, and those by name" {
	for how in "events/enable 0" "events/sched/enable 0" \
	    "set_event !sched:sched_process_exec"; do
		start
		instance
		traces "$tag-a"
		# shellcheck disable=SC2086 # words
		attack $how
		reported "events/.*/enable: another program has changed .* \(put back\)"
		traces_again "$tag-b"
		stop
		[ "$status" -eq 0 ]
		grep 'another program has changed the trace' err
	done
}

@test "-j: the gap is in its place" {
	start -j
	instance
	"$bin/nop" "$tag-a"
	until_true grep -q "$tag-a" out
	nap 0.5
	attack tracing_on 0
	reported "tracing_on: "
	"$bin/nop" "$tag-b"
	until_true grep -q "$tag-b" out
	stop
	sed -nE 's/.*"event":"lost".*"lost":null.*/lost/p;
	    s/.*"comm":"nop".*'"$tag"'-(.).*/\1/p' out >order
	cat order
	[ "$(xargs <order)" = "a lost b" ]
}

@test "--no-repair: reported, and left" {
	start --no-repair
	instance
	attack tracing_on 0
	reported 'tracing_on: another program has changed "1" to "0" \(left as it is\)'
	[ "$(cat "$dir/tracing_on")" = 0 ]
	nap 1.2
	[ "$(grep -c tracing_on err)" -eq 1 ]
	attack tracing_on 1
	reported 'tracing_on: another program has put it back'
	traces "$tag-b"
	stop
	[ "$status" -eq 0 ]
	grep 'another program has changed the trace' err
}

@test "a buffer that is emptied, whole or of a CPU, or swapped" {
	for file in trace per_cpu/cpu0/trace snapshot; do
		start
		instance
		[ -e "$dir/$file" ] || continue
		for ((i = 0; i < 20; i++)); do
			"$bin/nop"
		done
		traces "$tag-a"
		attack "$file" "${file##*snapshot}${file##*trace}1"
		for ((i = 0; i < 12; i++)); do
			"$bin/nop"
			nap 0.1
		done
		cat err
		grep 'trace: another program has emptied the buffer' err
		traces_again "$tag-b"
		stop
		[ "$status" -eq 0 ]
		grep 'another program has changed the trace' err
	done
}

@test "another reader: what it takes is counted" {
	start -j
	instance
	: >taken
	cats=()
	for pipe in "$dir"/per_cpu/cpu*/trace_pipe_raw; do
		timeout 3 cat "$pipe" >>taken 3>&- 9>&- &
		cats+=($!)
	done
	"$bin/storm" -n 1000 -j 2 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
	for ((i = 0; i < 12; i++)); do
		"$bin/nop"
		nap 0.1
	done
	wait "${cats[@]}" || :
	stop
	cat err
	[ "$status" -eq 0 ]
	if [ -s taken ]; then
		grep 'trace_pipe_raw: another program has read [0-9]* events' err
		grep -E '[1-9][0-9]* events lost' err
	fi
}

@test "no change, no report: storms, cpus, other tools" {
	start
	"$bin/storm" -n 3000 -j 4 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
	"$EXITSNOOP" -d 0.3 >/dev/null 2>&1
	"$PROCTREE" -s >/dev/null 2>&1
	nap 1.2
	"$bin/nop"
	nap 0.1
	stop
	cat err
	refute grep 'another program' err
}

@test "the instance cannot be removed while it is used" {
	start
	instance
	refute rmdir "$dir"
	traces "$tag-a"
	stop
	quiet
}

# Turn off and on, of whatever tool traces, until ./stop exists.
meddle()
{
	local f

	while [ ! -e stop ]; do
		for f in "$TRACEFS"/instances/execsnoop-*/; do
			echo 0 >"$f/tracing_on"
			echo 1 >"$f/tracing_cpumask"
			echo 0 >"$f/events/enable"
			echo >"$f/trace"
			echo local >"$f/trace_clock"
			read -r -t 0.01 <&9
		done 2>/dev/null
	done
}

@test "INT and TERM at any moment while another program changes it" {
	snapshot >before
	rm -f stop
	meddle 3>&- &
	meddler=$!
	tools+=("$meddler")
	# It holds the locks that the end of a tool needs.
	patience 10
	slowest=0
	for ((i = 0; i < 30; i++)); do
		background -x >out 2>err &
		tool_pid=$!
		tools+=("$tool_pid")
		nap "0.$(printf %03d $((RANDOM % 600)))"
		begin=$(now_us)
		kill "-$([ $((i % 2)) -eq 0 ] && echo INT || echo TERM)" "$tool_pid"
		ended "$tool_pid"
		took=$(($(now_us) - begin))
		[ "$took" -le "$slowest" ] || slowest=$took
		[ "$status" -eq 0 ] || [ "$status" -eq 130 ] ||
		    [ "$status" -eq 143 ] || { cat err; false; }
	done
	echo "slowest: $slowest us"
	# The kernel makes one change of tracing at a time: that of the other
	# program, what was being armed, and what is then undone.
	[ "$slowest" -lt $((3 * most)) ]
	: >stop
	wait "$meddler" || :
	left_nothing "$tool_pid"
}

@test "INT and TERM while stderr is a pipe that nothing reads" {
	snapshot >before
	patience
	mkfifo full
	exec 7<>full
	dd if=/dev/zero bs=1 count=1M oflag=nonblock >&7 2>/dev/null || :
	for signal in INT TERM; do
		for wait in 0.02 0.1 1; do
			background -v >out 2>full &
			tool_pid=$!
			tools+=("$tool_pid")
			nap "$wait"
			begin=$(now_us)
			kill -"$signal" "$tool_pid"
			ended "$tool_pid"
			took=$(($(now_us) - begin))
			echo "$signal after $wait: $took us, status $status"
			[ "$took" -lt "$most" ]
			left_nothing "$tool_pid"
		done
	done
	exec 7>&-
}
