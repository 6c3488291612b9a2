#!/usr/bin/env bats
# When lines come out, and what they look like, live.

load helper

setup_file()
{
	build pty nop sayppid storm
}

@test "a line is at the end of a pipe at once" {
	"$EXECSNOOP" -H 2>err 3>&- 9>&- |
	    grep --line-buffered "nop $tag" 2>/dev/null 3>&- 9>&- |
	    { head -n 1 3>&- 9>&-; } >line &
	pipe=$!
	until_true grep -q tracing err
	begin=$(now_us)
	"$bin/nop" "$tag" 9>&-
	until_true [ -s line ]
	took=$(($(now_us) - begin))
	echo "$took us"
	grep -q "nop $tag$" line
	[ "$took" -lt 500000 ]
	# It ends when grep has found out, and it itself.
	until_true nop_until_gone
	wait "$pipe"
}

nop_until_gone()
{
	"$bin/nop" "$tag" 9>&-
	is_gone "$pipe"
}

@test "| head -1 ends with 0, quietly" {
	{
		status=0
		"$EXECSNOOP" 2>err 3>&- 9>&- || status=$?
		echo "$status" >status
	} | head -n 1 >line &
	until_true [ -s line ]
	[ "$(cat line)" = "   PID   PPID ARGS" ]
	until_true nop_until_status
	[ "$(cat status)" -eq 0 ]
	[ ! -s err ]
}

nop_until_status()
{
	"$bin/nop" "$tag" 9>&-
	[ -s status ]
}

@test "what runs after the header is seen" {
	mkfifo pipe
	for ((i = 0; i < 3; i++)); do
		background >pipe 2>err &
		tool_pid=$!
		tools+=("$tool_pid")
		exec 8<pipe
		read -r -t 10 header <&8
		"$bin/nop" "$tag" "$i" 8>&- 9>&-
		[ "$header" = "PID   PPID ARGS" ]
		kill -INT "$tool_pid"
		cat <&8 >lines
		exec 8<&-
		ended "$tool_pid"
		[ "$status" -eq 0 ]
		[ "$(lines_of "$bin/nop $tag $i$" lines | wc -l)" -eq 1 ]
	done
}

@test "without a header a line on stderr says that it is armed" {
	for options in -H -j; do
		# shellcheck disable=SC2086 # words
		start $options
		grep -q '^execsnoop: tracing' err
		"$bin/nop" "$tag"
		stop
		[ "$status" -eq 0 ]
		refute grep -q PPID out
		[ "$(grep -c "bin/nop[\" ,]*$tag\"\\?" out)" -eq 1 ]
	done
}

@test "columns: PID and PPID as the program itself says" {
	start
	"$bin/sayppid" "$tag" 3>said
	stop
	lines_of "$bin/sayppid $tag$" >line
	read -r _ pid ppid <said
	[ "$(cat line)" = \
	    "$(printf '%6d %6d %s' "$pid" "$ppid" "$bin/sayppid $tag")" ]
	[ "$(head -n 1 out)" = "   PID   PPID ARGS" ]
}

@test "-t and -T: the time is now, and in order" {
	start -t -T
	read -r before _ </proc/uptime
	begin=$(now_us)
	"$bin/nop" "$tag" one
	"$bin/nop" "$tag" two
	end=$(now_us)
	read -r after _ </proc/uptime
	stop
	head -n 1 out | grep -q '^TIMEs *TIME *PID *PPID ARGS$'
	grep "$bin/nop $tag" out >lines
	[ "$(wc -l <lines)" -eq 2 ]
	while read -r seconds time _; do
		awk -v a="$before" -v t="$seconds" -v b="$after" \
		    'BEGIN { exit !(a - 0.02 <= t && t <= b + 0.02) }'
		us=$(date -d "$time" +%s%6N)
		[ "$us" -ge $((begin - 5000)) ]
		[ "$us" -le $((end + 5000)) ]
	done <lines
	sort -c -s -n -k1,1 <(sed 1d out)
}

@test "-a, -q, name and -l, live" {
	start -a 2 -q -l "^$bin/nop $tag.*nine\$" '/nop$'
	"$bin/nop" "$tag" 'a b' nine
	"$bin/nop" "$tag" no
	"$bin/sayppid" "$tag" 3>/dev/null nine
	stop
	[ "$(sed 1d out | cut -c 15-)" = "$bin/nop $tag [...]" ]
	start -q -l "^$bin/nop $tag"
	"$bin/nop" "$tag" 'a b' '' $'\e[m'
	stop
	[ "$(sed 1d out | cut -c 15-)" = \
	    "$bin/nop $tag 'a b' '' \$'\\x1b[m'" ]
}

@test "-r: re-execs are counted, or shown" {
	start -l "$tag"
	sh -c "exec sh -c 'exec $bin/nop $tag; :'"
	stop
	[ "$(sed 1d out | wc -l)" -eq 1 ]
	grep -qx 'execsnoop: 2 re-execs not shown (-r shows them)' err
	start -r -l "$tag"
	sh -c "exec sh -c 'exec $bin/nop $tag; :'"
	stop
	[ "$(sed 1d out | wc -l)" -eq 3 ]
	[ "$(sed 1d out | awk '{ print $1 }' | uniq | wc -l)" -eq 1 ]
	[ ! -s err ]
}

@test "-v says on stderr what is used, and why other things are not" {
	start -v
	stop
	[ "$(sed 1d out | grep -c '^execsnoop:')" -eq 0 ]
	grep -q '^execsnoop: clock: ' err
	grep -q '^execsnoop: buffer: [0-9]* KB per CPU, [0-9]* KB in total$' err
	grep -Eq '^execsnoop: method [a-z_]+: .*(in use|/proc)' err
}

@test "-v: a hostile path does not reach the terminal raw" {
	build nop-static
	name=$'x\e[31m'
	cp "$bin/nop-static" "./$name"
	start -v
	for i in 1 2 3; do
		"./$name" "$tag"
	done
	stop
	[ "$(grep -c 'x\\x1b\[31m' out)" -ge 1 ]
	refute grep -q '[[:cntrl:]]' err
	refute grep -q '[[:cntrl:]]' out
}

@test "a hostile comm, before and while it is traced" {
	mkfifo words
	# A process can only name itself, and bash writes line by line.
	bash -c 'printf "a) (\e[31m\xff\n" >/proc/$$/comm
	    read -r _ <words; "$0" "$1"; :' "$bin/nop" "$tag" 3>&- 9>&- &
	child=$!
	until_true grep -aq '^a) ' "/proc/$child/comm"
	start -j -w rec
	echo >words
	wait "$child"
	stop
	[ "$(jq -r --arg tag "$tag" --argjson ppid "$child" \
	    'select(.args[1] == $tag and .ppid == $ppid) | .args[0]' out)" = \
	    "$bin/nop" ]
	refute grep -aq '[[:cntrl:]]' out
	refute grep -aq '[[:cntrl:]]' rec
	grep -qF ' =a)\x20(\x1b[31m\xff\n' rec
	"$EXECSNOOP" -j -i rec | cmp - out
}

@test "an argument of 20,000 bytes, and those near 4,096: whole or marked" {
	start
	for n in 20000 4097 4096 4095 4094 4073 4060 4040 2000; do
		"$bin/nop" "$tag-$n" "$(head -c "$n" /dev/zero | tr '\0' x)" \
		    end
	done
	stop
	[ "$status" -eq 0 ]
	quiet
	for n in 20000 4097 4096 4095 4094 4073 4060 4040 2000; do
		[ "$(lines_of "$bin/nop $tag-$n " | wc -l)" -eq 1 ]
		awk -v nop="$bin/nop" -v word="$tag-$n" -v n="$n" '
		# Those that the trace cuts may be whole in /proc, which is told.
		{ sub(/ \[proc\]$/, "") }
		$3 == nop && $4 == word {
			whole = length($5) == n && $6 == "end" && NF == 6
			marked = $NF == "[...]" && NF <= 6 &&
			    (NF < 6 || length($5) == n) ||
			    $5 == "[?]" && $6 == "end" && NF == 6
		}
		END { exit !(whole || marked) }' out
	done
}

@test "a storm of forks without an exec" {
	start
	dash -c 'i=0; while [ $i -lt 3000 ]; do (exit 0); i=$((i + 1)); done'
	"$bin/nop" "$tag"
	stop
	[ "$status" -eq 0 ]
	[ "$(lines_of "$bin/nop $tag$" | wc -l)" -eq 1 ]
	quiet
}

@test "a background job of a script ends by SIGINT" {
	cat >script <<-EOF
	"$EXECSNOOP" >out 2>err 3>&- 9>&- &
	echo \$! >pid
	wait \$!
	echo \$? >status
	EOF
	sh script 3>&- 9>&- &
	until_true [ -s out ]
	tools+=("$(cat pid)")
	[ $((0x$(sed -n 's/^SigIgn:\t//p' "/proc/$(cat pid)/status") & 2)) \
	    -eq 0 ]
	kill -INT "$(cat pid)"
	until_true [ -s status ]
	[ "$(cat status)" -eq 0 ]
	[ -z "$(trace_of "$(cat pid)")" ]
}

# ends_soon PID SIGNAL: after patience, and the tenth of a second that a tool gives
# to a reader that reads nothing
ends_soon()
{
	local begin

	begin=$(now_us)
	kill "-$2" "$1"
	until_true is_gone "$1"
	took=$(($(now_us) - begin))
	echo "$2: $took us"
	[ "$took" -lt $((most + 300000)) ]
}

@test "a terminal that nothing reads: a signal ends the tool" {
	patience
	snapshot >before
	for signal in INT TERM; do
		# More than it holds: at the end there is room for a part of
		# what is written at once.
		for length in 700 3900; do
			rm -f pid
			"$bin/pty" ARGS - sh -c "stty -opost
				echo \$\$ >pid
				exec env --default-signal=INT '$TOOL'" \
			    >out 3>&- 9>&- &
			tools+=("$!")
			until_true grep -q ARGS out
			"$bin/storm" -n $((900000 / length)) -j 4 "$bin/nop" \
			    "$(printf "%${length}s" x)" >storm 3>&- 9>&-
			nap 0.2
			ends_soon "$(<pid)" $signal
			wait $! || :
			left_nothing "$(<pid)"
		done
	done
}

# Its header is in the pipe, or waits for it: it is armed soon.
is_tracing()
{
	dd if=full of=/dev/null bs=4096 count=1 2>/dev/null 3>&- 9>&-
	[ -n "$(trace_of "$tool_pid")" ]
}

@test "a pipe that others write to and nothing reads: a signal ends the tool" {
	patience
	snapshot >before
	mkfifo full
	exec 7<>full
	# As many others as win the race for the last page now and then.
	for i in 1 2 3; do
		dd if=/dev/zero of=full bs=4096 >/dev/null 2>&1 3>&- 9>&- &
		tools+=("$!")
	done
	for signal in INT TERM INT TERM; do
		background >full 2>err &
		tool_pid=$!
		tools+=("$tool_pid")
		until_true is_tracing
		for ((i = 0; i < 100; i++)); do
			"$bin/nop"
			dd if=full of=/dev/null bs=4096 count=1 2>/dev/null
		done 3>&- 9>&-
		ends_soon "$tool_pid" $signal
		left_nothing "$tool_pid"
	done
	exec 7>&-
}

@test "memory: below 4 MB when little happens" {
	start
	for ((i = 0; i < 50; i++)); do
		"$bin/nop" "$tag"
	done
	nap 0.2
	hwm=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' \
	    "/proc/$tool_pid/status")
	stop
	echo "VmHWM $hwm kB"
	[ "$hwm" -lt 4096 ]
	[ "$(lines_of "$bin/nop $tag$" | wc -l)" -eq 50 ]
}

@test "it sleeps when nothing happens" {
	start -p $$
	nap 0.3
	read -r -a a <"/proc/$tool_pid/stat"
	nap 1
	read -r -a b <"/proc/$tool_pid/stat"
	stop
	# Ticks of 10 ms, user and system.
	ticks=$((b[13] + b[14] - a[13] - a[14]))
	echo "$ticks ticks"
	[ "$ticks" -le 5 ]
}
