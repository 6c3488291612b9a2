#!/usr/bin/env bats
# proctree -S -r, live: is the share of short-lived processes right?

load helper
TOOL=$PROCTREE

setup_file()
{
	build nop pty storm
}

# ticks FIELD...: of all CPUs since boot, by their numbers in proc(5), such as 1
# for user
ticks()
{
	awk -v fields="$*" '/^cpu / {
		n = split(fields, f)
		for (i = 1; i <= n; i++) sum += $(f[i] + 1)
		print sum
	}' /proc/stat
}

# loop SECONDS: a script that runs true so long, and then writes to ./truth what
# that took: ticks of CPU time of its children, and its own
loop()
{
	cat <<-EOF
	end=\$((\$(date +%s) + $1))
	while [ "\$(date +%s)" -lt "\$end" ]; do
	    for i in 1 2 3 4 5 6 7 8 9 10; do
	        /bin/true; /bin/true; /bin/true; /bin/true; /bin/true
	        /bin/true; /bin/true; /bin/true; /bin/true; /bin/true
	    done
	done
	read -r stat </proc/self/stat
	set -- \${stat##*)}
	echo \$((\${14} + \${15})) \$((\${12} + \${13})) >truth
	EOF
}

# What does wait4 say, and /proc/stat?  Their sums are exact: a child's CPU time
# is added to its parent's when it is waited for.
@test "-S -r beside a loop of true: the share is within 3 points" {
	loop 4 >script
	used=$(ticks 1 2 3 6 7) stolen=$(ticks 8)
	tool -S -r 1 -j -w rec -- sh script
	used=$(($(ticks 1 2 3 6 7) - used)) stolen=$(($(ticks 8) - stolen))
	[ "$status" -eq 0 ]
	read -r children _ <truth
	jq -s --argjson c "$children" --argjson u "$used" \
	    --argjson s "$stolen" '
	    (.[-1].end - .[0].start) as $time | .[0].cpus as $cpus |
	    def sum(f): map(f) | add;
	    { blocks: length, ended: sum(.ended), time: $time, cpus: $cpus,
	      truth: ($c / $time / $cpus),
	      min: (sum(.short_lived.cpu_min) / $time / $cpus * 100),
	      max: (sum(.short_lived.cpu_max) / $time / $cpus * 100),
	      used: (sum(.used) / $time / $cpus * 100),
	      used_here: ($u / $time / $cpus), stolen: ($s / $time / $cpus),
	      part: ($c / sum(.used)),
	      part_min: (100 * sum(.short_lived.cpu_min) / sum(.used)),
	      part_max: (100 * sum(.short_lived.cpu_max) / sum(.used)) }
	    ' out | tee found
	jq -e '.blocks >= 4 and .ended > 100 and
	    .min - 3 <= .truth and .truth <= .max + 3 and
	    .part_min - 3 <= .part and .part <= .part_max + 3 and
	    .used <= .used_here + 3' found
	# Bounds that hold, and one of them is near: a hypervisor that takes CPU
	# time makes the upper one larger, and is why the lower one is low.
	jq -e '.truth - .min <= 3 or .max - .truth <= 3 + .stolen' found
	# The recording has the same.
	"$TOOL" -S -r 1 -j -i rec 2>/dev/null | jq -s 'map(.ended) | add' |
	    diff - <(jq -s 'map(.ended) | add' out)
	# And -S has one line for it.
	"$TOOL" -S -i rec 2>/dev/null | tail -n 1 | tee line
	grep -Eq '^short-lived processes: [0-9]+( to [0-9]+)? % of [0-9]+ CPU' line
	grep -Eq ', [0-9]+( to [0-9]+)? % of all CPU time used$' line
}

@test "-S -r: the whole machine, -d, and blocks that follow each other" {
	tool -S -r 0.3 -j -d 1 -w rec
	jq -se 'length >= 3 and length <= 5 and
	    (.[-1].end - .[0].start | . >= 1 and . < 1.5) and
	    all(.[]; .cpus > 0 and .used >= 0 and .lost == 0)' out
	jq -se '. as $i | all(range(1; length); $i[.].start == $i[. - 1].end)' \
	    out
	# A replay finds the same ends, and the same in them.
	"$TOOL" -S -r 0.3 -j -i rec 2>/dev/null >again
	[ "$(wc -l <again)" -ge 3 ]
	diff <(jq -c '[.start, .end, .used, .forks, .execs, .ended]' out) \
	    <(jq -c '[.start, .end, .used, .forks, .execs, .ended]' again)
}

@test "-S -r: each block at once, until Ctrl-C" {
	start -S -r 0.2
	until_true grep -q COMMAND out
	first=$(grep -c COMMAND out)
	until_true eval '[ "$(grep -c COMMAND out)" -gt '"$first"' ]'
	[ -z "$(tail -n 1 out)" ]
	stop
	[ "$status" -eq 0 ]
	[ -z "$(tail -n 1 out)" ]
	grep -q 'intervals, .* ended, 0 events lost$' err
}

@test "-S -r: what still runs, of -p, and its end" {
	mkfifo go
	sh -c "read -r _ <go; '$bin/nop'; sleep 100 & echo \$! >child
	    wait" 3>&- 9>&- &
	shell=$!
	tools+=("$shell")
	start -S -r 0.2 -j -p "$shell"
	echo >go
	until_true grep -q '"command":"sleep","count":0,"running":1' out
	jq -se 'any(.[].commands[]; .command == "nop" and .count == 1)' out
	kill "$(<child)"
	until_true grep -q '"command":"sleep","count":1,"running":0,"failed":1' \
	    out
	wait "$shell" || :
	stop
	[ "$(jq -s 'map(.forks) | add' out)" -eq 2 ]
	[ "$(jq -s 'map(.ended) | add' out)" -eq 3 ]
}

@test "-S -r: in a terminal, in place, until ^C" {
	"$bin/pty" COMMAND ^C sh -c "stty rows 10 cols 100; exec '$TOOL' -S -r 0.2" \
	    >out 2>&1
	grep -q $'^.*\033\[H\033\[K' out
	grep -q ' ended, ' out
	# No block has more lines than fit.
	awk 'BEGIN { RS = "\033\\[H" }
	NR > 1 && gsub(/\033\[K/, "") > 9 { exit 1 }' out
}

@test "-S -r: memory does not grow with the processes that ended" {
	start -S -r 0.1
	"$bin/storm" -n 500 -j 2 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
	before=$(awk '/^VmRSS/ { print $2 }' "/proc/$tool_pid/status")
	many 5000
	"$bin/storm" -n "$many" -j 2 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
	after=$(awk '/^VmRSS/ { print $2 }' "/proc/$tool_pid/status")
	stop
	echo "$before KB, $after KB"
	# The tree takes 300 bytes for each.
	[ $((after - before)) -le 512 ]
	[ "$(sed -n 's/.* intervals, \([0-9]*\) processes.*/\1/p' err)" -ge \
	    $((many + 500)) ]
}
