#!/usr/bin/env bats
# proctree -s: the tree of all processes, as it was at one moment.

load helper

TOOL=$PROCTREE

setup_file()
{
	# The smaller a process, the more of them a second.
	build calm churn-static snapcheck
}

# calm: a tree that does not change, until descriptor 7 is closed; $calm
calm()
{
	mkfifo words
	"$bin/calm" <words >said 3>&- 9>&- &
	calm=$!
	tools+=("$calm")
	exec 7>words
	until_true grep -q ready said
}

# tree_of FILE: "PID PPID NAME", sorted; where there is no line above it, the
# parent is what it says itself
tree_of()
{
	jq -r '.processes as $p | $p[] | select(.thread | not) |
	    "\(.pid) \(if .parent then $p[.parent - 1].pid else .ppid end) " +
	    (.comm | gsub("[\u0001-\u001f\u007f?.]"; "_"))' "$1" | sort
}

# The same of ps, which has its own sign for what cannot be printed.
ps_of()
{
	ps -e -o pid=,ppid=,comm= |
	    sed -E 's/^ *([0-9]+) +([0-9]+) /\1 \2 /; s/ <defunct>$//' |
	    tr '?.' __ | sort
}

# below PID <LINES: of such a list, the process and its descendants
below()
{
	awk -v top="$1" '
	{ line[$1] = $0; up[$1] = $2 }
	END {
		for (p in line) {
			q = p
			for (n = 0; n < 1000 && q != top && q in up; n++)
				q = up[q]
			if (q == top)
				print line[p]
		}
	}' | sort
}

@test "nothing changes: the same processes, names and parents as ps" {
	calm
	tool -s -j
	[ "$status" -eq 0 ]
	quiet
	ps_of | below "$calm" >expected
	cat expected
	[ "$(wc -l <expected)" -eq 16 ]
	tree_of out | below "$calm" >found
	same expected found
	jq -e '.processes | any(.comm == "a\nb) R 1 (c")' out
	zombie=$(sed -n 's/ .* c-zombie$//p' expected)
	jq -e --argjson p "$zombie" '.processes[] | select(.pid == $p) |
	    .state == "zombie" and .notes == ["zombie"]' out
	exec 7>&-
	wait "$calm"
}

# The names of kernel threads tell what they do just now.
nameless()
{
	sed -E 's/^([0-9]+ [02]) .*/\1/' | sort
}

@test "the whole machine: what ps shows before and after" {
	calm
	for ((i = 0; i < 5; i++)); do
		ps_of | nameless >before
		tool -s -j
		[ "$status" -eq 0 ]
		ps_of | nameless >after
		comm -12 before after >expected
		[ "$(wc -l <expected)" -gt 20 ]
		tree_of out | nameless >found
		comm -23 expected found >missing
		cat missing
		[ ! -s missing ]
		# Each process once.
		[ -z "$(cut -d ' ' -f 1 found | uniq -d)" ]
	done
	exec 7>&-
}

@test "-p: only that process and what is below it; -L: the threads" {
	calm
	tool -s -j -p "$calm"
	[ "$status" -eq 0 ]
	quiet
	ps_of | below "$calm" >expected
	tree_of out >found
	same expected found
	jq -e '(.processes | length) == .summary.processes and
	    .processes[0].parent == null' out
	for options in '' "-p $calm"; do
		# shellcheck disable=SC2086 # words
		tool -s -j -L $options
		[ "$status" -eq 0 ]
		tree_of out | below "$calm" >found
		same expected found
		cut -d ' ' -f 1 expected | while read -r pid; do
			for task in "/proc/$pid/task"/*; do
				[ "${task##*/}" = "$pid" ] || echo "${task##*/}"
			done
		done | sort >tids
		[ "$(wc -l <tids)" -eq 5 ]
		jq -r '.processes as $p | $p[] | select(.thread) |
		    "\(.pid) \($p[.parent - 1].pid)"' out |
		    awk 'NR == FNR { ours[$1]; next } $2 in ours { print $1 }' \
		    expected - | sort | same tids -
	done
	# The text is a tree, too: as many lines, and the same order.
	tool -s -H -p "$calm"
	[ "$(wc -l <out)" -eq "$(wc -l <expected)" ]
	awk '{ print $1 }' out | sort |
	    same <(cut -d ' ' -f 1 expected | sort) -
	refute grep -aq '[[:cntrl:]]' out
	refute grep -q 'a$' out
	exec 7>&-
}

@test "-p of nobody: status 1" {
	until_true nobody
	tool -s -p "$gone"
	[ "$status" -eq 1 ]
	[ ! -s out ]
	grep -q "^proctree: pid $gone: No such process$" err
}

nobody()
{
	true &
	gone=$!
	wait "$gone"
	[ ! -e "/proc/$gone" ]
}

@test "-o json: one document, valid, and complete" {
	calm
	tool -s -o json -L
	[ "$status" -eq 0 ]
	jq -es 'length == 1 and (.[0] |
	    (.summary.processes ==
		(.processes | map(select(.thread | not)) | length)) and
	    (.summary.threads == (.processes | map(select(.thread)) | length))
	    and (.summary | .orphans == 0 and .lost == 0 and .pid_reuses == 0)
	    and ([.processes[].id] ==
		[range(1; (.processes | length) + 1)]) and
	    (.processes as $p | $p | all(.[];
		(.parent == null or .parent < .id) and
		(.start | type == "number") and .end == null and
		(if .parent and (.thread | not) then
		    .ppid == $p[.parent - 1].pid else true end) and
		(.state == "running" or .state == "zombie"))))' out
	exec 7>&-
}

# without_events COMMAND...: that executes $program/proctree; it cannot trace
without_events()
{
	for ((i = 0; i < 2; i++)); do
		options=(-s -j)
		[ "$i" -eq 0 ] || options+=(-L)
		"$@" "$program/proctree" "${options[@]}" >out 2>err 3>&- 9>&-
		cat err
		grep -q '^proctree: not checked by events' err
		[ "$(grep -c '^proctree: ' err)" -ge 2 ]
		refute grep -q 'all the while' err
		ps_of | below "$calm" >expected
		tree_of out | below "$calm" >found
		same expected found
	done
}

@test "another user, or without tracefs: said, and right all the same" {
	calm
	snapshot >before
	# Where that user may execute it.
	program=/tmp/$tag
	mkdir -m 755 "$program"
	install -m 755 "$TOOL" "$program/proctree"
	without_events setpriv --reuid 65534 --regid 65534 --clear-groups
	# A tracefs of which nothing can be used.
	without_events unshare -m sh -c 'mount -t tmpfs none /sys/kernel &&
	    exec "$@"' sh
	left_nothing
	rm -r "$program"
	exec 7>&-
}

@test "in a pid namespace: its own processes" {
	unshare -p -f --mount-proc "$TOOL" -s -j >out 2>err 3>&- 9>&-
	cat err
	jq -e '.processes | length == 1 and .[0].pid == 1 and
	    .[0].parent == null and .[0].comm == "proctree"' out
}

@test "nothing is left: at its end, by Ctrl-C, by a pipe that closes" {
	snapshot >before
	tool -s
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	for delay in 0.001 0.01 0.02 0.04 0.08; do
		for signal in INT TERM; do
			background -s >out 2>err &
			tool_pid=$!
			tools+=("$tool_pid")
			nap "$delay"
			kill "-$signal" "$tool_pid" || :
			ended "$tool_pid"
			echo "$delay $signal: $status $(<err)"
			case $status in
			0)	[ -s out ] ;;
			1)	grep -q interrupted err && [ ! -s out ] ;;
			130 | 143)
				;;
			*)	false ;;
			esac
			left_nothing "$tool_pid"
		done
	done
	background -s 2>err | true
	left_nothing
}

@test "what kill -9 leaves, the next start removes" {
	snapshot >before
	for ((i = 0, left = 0; i < 30 && left == 0; i++)); do
		background -s >out 2>err &
		tool_pid=$!
		nap 0.0$((i % 4 + 1))
		kill -KILL "$tool_pid" 2>/dev/null || :
		wait "$tool_pid" || :
		[ -z "$(trace_of "$tool_pid")" ] || left=1
	done
	[ "$left" -eq 1 ]
	killed=$tool_pid
	tool -s
	[ "$status" -eq 0 ]
	left_nothing "$killed" "$tool_pid"
}

# ---- while processes come and go ----

# snapshots COUNT [options]: of churn; ./snaps for snapcheck. $taken: how many, a
# slow machine has fewer, for churn ends after a minute
snapshots()
{
	local from to i count=$1 begin=$SECONDS

	shift
	taken=0
	for ((i = 0; i < count && SECONDS < begin + 40; i++)); do
		read -r from _ </proc/uptime
		"$TOOL" -s -j "$@" >"json.$i" 2>"err.$i" 3>&- 9>&-
		read -r to _ </proc/uptime
		# /proc/uptime is cut to 10 ms.
		echo "snapshot $from ${to}9" >"head.$i"
	done
	taken=$i
	kill "$churn"
	wait "$churn"
	many_pids
	cat said
	for ((i = 0; i < taken; i++)); do
		is_sure "$i" || continue
		cat "head.$i" && as_lines "json.$i"
	done >snaps
}

# is_sure NUMBER: or did it say that something may be wrong?
is_sure()
{
	! grep -q -e 'events were lost' -e 'all the while' "err.$1"
}

# The processes of churn, as snapcheck wants them.
as_lines()
{
	jq -r '.processes as $p | $p[] | select(.thread | not) |
	    (if .parent then $p[.parent - 1] else {} end) as $u |
	    if $u.pid and $u.pid != .ppid then
		"\(.pid) \(.start) ppid-differs 0 -"
	    else empty end,
	    if .comm == "churn-static" or $u.comm == "churn-static" then
		[.pid, .start, .state, ($u.pid // "-"), ($u.start // "-")] |
		join(" ")
	    else empty end' "$1"
}

churn()
{
	: >said
	"$bin/churn-static" "$@" -s 60 truth >said 2>err.churn 3>&- 9>&- &
	churn=$!
	tools+=("$churn")
	until_true grep -q ready said
}

# $rate: 5,000 processes a second, or half of what this machine can do, for a tool
# that gets no CPU proves nothing
find_rate()
{
	"$bin/churn-static" -r 5000 -s 2 truth >said 2>&1 3>&- 9>&-
	rate=$(awk '/^churn: / { r = $2 / $5 }
	    END { print int(r < 4500 ? r / 2 : 5000) }' said)
	[ "$rate" -gt 0 ]
}

# No more than this; helper.bash puts it back.
thousand_pids()
{
	few_pids
	# Another one may be at it.
	[ "$pid_max" -gt 1000 ] || pid_max=32768
	echo 1000 >"$PID_MAX"
}

# All right; ./checked says at how many processes a second.
checked()
{
	"$bin/snapcheck" truth snaps >checked || {
		cat checked err.*
		return 1
	}
	tail -n 1 checked >&3
}

@test "5,000 a second, pids that come again: each is the tree of one moment" {
	find_rate
	thousand_pids
	churn -r "$rate"
	snapshots 30
	cat err.*
	checked
	# A machine that does nothing else has no excuse.
	[ "$(grep -c snapshot snaps)" -ge $((taken * 9 / 10)) ]
	[ "$(sed 's/.* each, \([0-9]*\) .*/\1/' checked)" -gt $((rate / 5)) ]
}

@test "-p: the same" {
	find_rate
	thousand_pids
	churn -r "$rate"
	snapshots 30 -p "$churn"
	checked
	# Nobody but them.
	[ "$(cat json.* | grep -c '^{"id"')" -eq \
	    "$(grep -vc snapshot snaps)" ]
}

@test "-L: the same" {
	find_rate
	thousand_pids
	churn -r "$rate"
	snapshots 10 -L
	grep -q '"thread":true' json.?
	checked
}

@test "lost events: it says so, or nothing is wrong" {
	find_rate
	thousand_pids
	churn -r "$rate"
	snapshots 20 -b 4
	cat err.*
	# Most are taken again until nothing was lost.
	grep -q 'events were lost' err.* || [ -s snaps ]
	[ ! -s snaps ] || checked
}

# The last one: some such process leaves zombies for seconds, which need pids.
@test "orphans that go to the first process: the same" {
	churn -i -r 300
	snapshots 10
	checked
	until_true no_zombies
}

no_zombies()
{
	[ "$(ps -C churn-static -o pid= | wc -l)" -eq 0 ]
}
