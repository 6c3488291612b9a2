#!/usr/bin/env bats
# proctree: every process that ran is there, once, under the one that forked
# it, with its end and its arguments (tests/prog/family.c says who was who,
# and treecheck.c compares).

load helper
load tree

setup_file()
{
	build family forks nop orphan pty sayargs threads treecheck
}

# ---- a command ----

# What a shell does, in every way.
shape()
{
	cat >script <<-EOF
	exec 2>/dev/null
	echo \$\$ >pid
	/bin/true one
	/bin/echo a | cat -u | wc -c >/dev/null
	(sleep 0.3; exit 3)
	bash -c 'sleep 0.4 & echo \$! \$\$ >orphan'
	bash -c "exec -a first bash -c 'exec -a second sleep 0'"
	/bin/false
	sh -c 'kill -TERM \$\$'
	timeout 1 sh -c 'while :; do :; done'
	exit 5
	EOF
}

@test "a command: who forked whom, how each ended, and all is complete" {
	shape
	tool -w rec -O tree -- sh script
	[ "$status" -eq 5 ]
	closed
	cat >expected <<-'EOF'
	5       sh script
	0       |- /bin/true one
	0       |- /bin/echo a
	0       |- cat -u
	0       |- wc -c
	3       |- sh script
	0       |  `- sleep 0.3
	0       |- bash -c sleep 0.4 & echo $! $$ >orphan
	0       |  `- sleep 0.4 [reparented]
	0       |- second 0
	1       |- /bin/false
	SIGTERM |- sh -c kill -TERM $$ [by itself]
	124     `- timeout 1 sh -c while :; do :; done
	SIGTERM    `- sh -c while :; do :; done [by PID timeout]
	EOF
	all_of tree | sed 's/by [0-9]* timeout/by PID timeout/' | same expected -
	[ "$(told)" -eq "$(wc -l <expected)" ]
	# Pids are those that the processes say.
	[ "$(awk '/ sh script$/ { print $1; exit }' tree)" = "$(<pid)" ]
	read -r child parent <orphan
	[ "$(awk '/`- sleep 0.4/ { print $1 }' tree)" = "$child" ]
	[ "$(awk '/ bash -c sleep/ { print $1 }' tree)" = "$parent" ]
	"$TOOL" -i rec -j >json 2>/dev/null
	[ "$(of_pid "$child" json | jq .ppid)" = "$parent" ]
	of_pid "$parent" json | jq -e --argjson p "$(<pid)" '.ppid == $p'
	# Times: START of the command is 0, of the others behind it.
	awk 'function wrong(why) { print why ": " $0; bad = 1 }
	NR == 2 && $2 != "0.000" { wrong("not the first") }
	NR > 1 && ($2 < 0 || $2 + $3 > 10) { wrong("START, WALL") }
	/ sleep 0.3/ && ($3 < 0.3 || $3 > 3 || $4 > 0.1) { wrong("slept") }
	/- sh -c while/ && ($3 < 0.9 || $4 < 0.2 || $4 > $3 + 0.02) {
		wrong("busy")
	}
	END { exit bad }' tree
}

@test "-a: the programs that a process ran, one after the other" {
	shape
	tool -a -O tree -- sh script
	closed
	cat >expected <<-'EOF'
	0       |- bash -c exec -a first bash -c 'exec -a second sleep 0'
	exec    |  : first -c exec -a second sleep 0
	exec    |  : second 0
	1       |- /bin/false
	EOF
	all_of tree | grep -A 3 'exec -a first' | same expected -
	[ "$(sed 1d tree | grep -c ' exec  ')" -eq 2 ]
	[ "$(sed 1d tree | wc -l)" -eq $(($(told) + 2)) ]
}

@test "its exit status is ours; 125, 126 and 127" {
	: >plain
	while read -r expected command; do
		# shellcheck disable=SC2086 # words
		tool $command
		[ "$status" -eq "$expected" ]
		is_torn_down
	done <<-EOF
	0 -- $bin/nop
	7 -- sh -c exit\${IFS}7
	137 -- sh -c kill\${IFS}-9\${IFS}\$\$
	127 -- ./missing
	126 -- ./plain
	125 -O missing/file -- $bin/nop
	125 -O /dev/full -- $bin/nop
	EOF
	grep -q '^proctree: output file: No space left' err
}

# ---- very many ----

@test "20,000, and pids come again: all right, and so from the recording" {
	many 20000
	few_pids
	echo 1000 >"$PID_MAX" # with 500 family cannot always fork
	tool -w rec -j -O tree -- "$bin/family" -n "$many" -t truth
	many_pids
	[ "$status" -eq 0 ]
	closed
	[ "$(told)" -eq "$many" ]
	[ "$(sed -n 's/.*, \([0-9]*\) pid reuses.*/\1/p' err)" -gt $((many - 1000)) ]
	check truth tree
	replays tree -j
}

@test "50,000: all right, and the recording draws the same text" {
	many 50000
	tool -w rec -O tree -- "$bin/family" -n "$many" -s 7 -t truth
	[ "$status" -eq 0 ]
	closed
	[ "$(sed 1d tree | wc -l)" -eq "$many" ]
	replays tree
	"$TOOL" -i rec -j -O json 2>/dev/null
	check truth json
}

@test "the whole machine, pids come again: the same from the recording" {
	few_pids
	echo 1000 >"$PID_MAX"
	for options in -j ''; do
		# shellcheck disable=SC2086 # words
		start $options -w rec -O tree
		family -n 5000 -s 3
		wait "$family"
		stop
		[ "$status" -eq 0 ]
		closed
		"$TOOL" -i rec -j -O json 2>/dev/null
		check -a truth json
		# shellcheck disable=SC2086 # words
		replays tree $options
	done
}

@test "-a -L: the same from the recording" {
	tool -a -j -w rec -O tree -- "$bin/family" -n 2000 -t truth
	closed
	check truth tree
	replays tree -a -j
	tool -o svg -w rec -O tree -- "$bin/family" -n 200 -e 50 -t truth
	replays tree -o svg
	start -a -L -w rec -O tree
	"$bin/threads" "$bin" >/dev/null 9>&-
	stop
	replays tree -a -L
}

@test "one that nobody waited for: the same from the recording" {
	mkfifo words
	# It ends when bash, which would wait for it, is tail.
	bash -c 'read -r _ <words & exec tail -f /dev/null' "$tag" 3>&- 9>&- &
	parent=$!
	tools+=("$parent")
	until_true grep -qs tail "/proc/$parent/comm"
	echo >words
	child=$(<"/proc/$parent/task/$parent/children")
	until_true grep -q '^State:.Z' "/proc/${child% }/status"
	start -j -w rec -O tree
	stop
	kill "$parent"
	jq -e --argjson p "$parent" '.processes | map(select(.ppid == $p)) |
	    map(.state) == ["zombie"]' tree
	replays tree -j
}

@test "drawn though its ring buffer cannot be removed" {
	start -O tree
	left=$(ls "$TRACEFS/instances" | grep "^proctree-$tool_pid-")
	exec 7<"$TRACEFS/instances/$left/per_cpu/cpu0/trace_pipe_raw"
	"$bin/nop" "$tag"
	stop
	exec 7<&-
	[ "$status" -eq 0 ]
	grep -q "$left: left to the next tool" err
	grep -q "$bin/nop $tag\$" tree
	rmdir "$TRACEFS/instances/$left"
}

@test "begun in the middle of it: the same from the recording" {
	for i in 1 2 3; do
		family -n 3000 -s "$i"
		nap 0.1
		start -j -w rec -O tree
		wait "$family"
		stop
		check -a truth tree || :
		refute grep -Eq 'wrong (parent|pid|ppid)|twice' checked
		# Threads that ended while it was armed are not recorded.
		"$TOOL" -i rec -j -O replayed 2>err.replayed
		sed -i 's/"threads":[0-9]*,//' tree replayed
		same tree replayed
	done
}

# ---- threads ----

# threads_check JSON: what threads said in ./said
threads_check()
{
	jq -r '.processes as $all | $all[] | select(.thread | not) |
	    . as $p | [.pid, .threads, (.signal // .exit // "?"), .comm,
	    ($all | map(select(.thread and .parent == $p.id)) |
	    length, ([.[].comm] | unique | join(",")))] | @tsv' "$1" |
	awk -v names="HUP INT - - - ABRT - FPE KILL USR1 SEGV - PIPE ALRM TERM" '
	function wrong(why) { print "wrong (" why "): " $0; bad = 1 }
	BEGIN { split(names, name, " ") }
	NR == FNR {
		kind[$2] = $1
		count[$2] = $3
		end[$2] = $4 % 128 ? "SIG" name[$4 % 128] : $4 / 256
		comm[$2] = $5
		next
	}
	!($1 in kind) { next }
	{ k = kind[$1]; seen++; own = substr("t-" k, 1, 15) }
	$2 != count[$1] + 1 { wrong("threads") }
	$3 != end[$1] && k != "leader-plain" { wrong("end") }
	$4 != comm[$1] { wrong("name") }
	drawn && ($5 != count[$1] || $6 != own) { wrong("nodes") }
	!drawn && $5 != 0 { wrong("nodes") }
	END { exit bad || seen != length(kind) }' said drawn="$2" -
}

@test "threads: their number, and with -L a node for each" {
	start -j -L -O tree
	"$bin/threads" "$bin" >said 3>&- 9>&-
	stop
	closed
	[ "$(wc -l <said)" -eq 11 ]
	threads_check tree 1
	[ "$(jq '.summary.threads' tree)" -eq \
	    "$(jq '.processes | map(select(.thread)) | length' tree)" ]
	start -j -O tree
	"$bin/threads" "$bin" >said 3>&- 9>&-
	stop
	closed
	threads_check tree 0
	# As text.
	tool -O tree -- "$bin/threads" "$bin"
	while read -r _ pid threads _; do
		grep -E "^ *$pid .*[|\`]- \{$((threads + 1))\} " tree
	done <out
	tool -L -O tree -- "$bin/threads" "$bin"
	sed 1d tree >lines
	[ "$(grep -Ec '[|`]- \{t-[a-z-]*\}$' lines)" -eq \
	    "$(awk '{ n += $3 } END { print n }' out)" ]
}

# ---- a process that runs ----

@test "-p: only it and its descendants, those before and those to come" {
	shell
	mkfifo go
	echo "(read -r _ <go; '$bin/nop' $tag present; : >done) &" >&7
	until_true grep -q . "/proc/$shell/task/$shell/children"
	child=$(<"/proc/$shell/task/$shell/children")
	child=${child%% *}
	start -j -p "$shell" -w rec -O tree
	"$bin/nop" "$tag" foreign
	echo >go
	until_true [ -e "done" ]
	echo "'$bin/nop' $tag future
	    sh -c \"sh -c '$bin/nop $tag deep; :'; :\"
	    '$bin/orphan' '$bin/nop' $tag orphan >pids
	    '$bin/family' -n 3000 -t truth
	    : >done2" >&7
	until_true [ -e done2 ]
	"$bin/nop" "$tag" foreign
	echo "exec '$bin/nop' $tag self" >&7
	exec 7>&-
	ended "$shell"
	stop
	[ "$status" -eq 0 ]
	closed
	check -a truth tree
	replays tree -j
	# The shell, its child, that one's, 4 besides, and the orphan's.
	[ "$(jq '.processes | length' tree)" -eq 3009 ]
	[ "$(jq -c '.processes[0] | [.pid, .parent, .args[2]]' tree)" = \
	    "[$shell,null,\"self\"]" ]
	jq -e --argjson c "$child" --argjson s "$shell" '.processes as $p |
	    ($p | map(select(.pid == $c))[0]) as $c | $c.parent == 1 and
	    ($p | map(select(.args[2] == "present"))[0].parent) == $c.id and
	    ($p | map(select(.args[2] == "future"))[0].parent) == 1 and
	    all($p[1:][]; .parent != null)' tree
	read -r child parent <pids
	jq -e --argjson c "$child" --argjson p "$parent" '.processes |
	    map(select(.args[2] == "orphan"))[0] | .pid == $c and
	    .ppid == $p and .reparented != null and
	    .notes == ["reparented"]' tree
	refute grep foreign tree
}

@test "-d: it ends in time, with what ran meanwhile under what was there" {
	snapshot >before
	start -d 1 -O tree
	"$bin/nop" "$tag" 9>&-
	begin=$(now_us)
	ended "$tool_pid"
	took=$(($(now_us) - begin))
	echo "$took us"
	[ "$status" -eq 0 ]
	[ "$took" -lt 3000000 ]
	closed
	left_nothing "$tool_pid"
	# This shell is older, and has not ended; init is the first.
	awk 'NR == 2 { exit !($1 == 1 && $2 < 0 && $4 == "-" && $5 == "-") }' \
	    tree
	grep -E "^ *$$ +-[0-9.]+ +[0-9.]+ +- - " tree
	grep -E "^ *[0-9]+ +0\.[0-9]+ +0\.[0-9]+ +([<>]=)?0\.[0-9]+ 0 .*- $bin/nop $tag\$" \
	    tree
	grep -E '^ *2 .* `?[|]?- ?\[kthreadd\]$|^ *2 .* \[kthreadd\]$' tree
}

# ---- from elsewhere ----

@test "-i -: a recording from a pipe" {
	tool -w rec -O tree -- "$bin/family" -n 500 -t truth
	cat rec | "$TOOL" -i - >piped 2>err
	closed
	same tree piped
	head -c -20 rec | "$TOOL" -i - >piped 2>err && status=0 || status=$?
	[ "$status" -eq 1 ]
	grep -q 'incomplete' err
	[ "$(sed 1d piped | wc -l)" -eq 500 ]
}

# kernel_text COMMAND...: what the kernel itself writes meanwhile, in ./text
kernel_text()
{
	local dir=$TRACEFS/instances/$tag e cat

	mkdir "$dir"
	cat "$dir/trace_pipe" >text 2>/dev/null 3>&- 9>&- &
	cat=$!
	tools+=("$cat")
	for e in sched/sched_process_fork sched/sched_process_exec \
	    sched/sched_process_exit task/task_newtask; do
		echo 1 >"$dir/events/$e/enable"
	done
	"$@" 3>&- 9>&-
	for e in sched task; do
		echo 0 >"$dir/events/$e/enable"
	done
	until_true is_read_up "$dir"
	kill "$cat"
	wait "$cat" || :
	rmdir "$dir"
}

# What is in the buffer was read; it stays so when nothing is traced.
is_read_up()
{
	! cat "$1"/per_cpu/cpu*/stats | grep -q '^entries: [1-9]'
}

@test "text of the kernel: the same edges" {
	snapshot >before
	kernel_text "$bin/family" -n 3000 -t truth
	tool -i text -j -O tree
	[ "$status" -eq 0 ]
	left_nothing
	check -al truth tree
	# 3,000 processes have different numbers: who forked whom, by these.
	awk 'NR == FNR { pid[$1] = $2; next } $3 in pid { print $2, pid[$3] }' \
	    truth truth | sort >expected
	[ "$(wc -l <expected)" -eq 2999 ]
	jq -r '.processes | map({key: "\(.id)", value: .pid}) | from_entries' \
	    tree >by_id
	jq -r --slurpfile by by_id '.processes[] | select(.parent) |
	    "\(.pid) \($by[0]["\(.parent)"])"' tree | sort >edges
	[ -z "$(comm -23 expected edges)" ]
	# Those have no name of their own that have executed something.
	[ "$(sed -n 's/.* \([0-9]*\) missing.*/\1/p' checked)" -le \
	    "$(grep -Ec '\+t?exec' truth)" ]
}

# ---- what is drawn ----

@test "-n, -m, and the closing line has the number of those hidden" {
	script="'$bin/nop' $tag; (sleep 0.3; :); '$bin/nop'; :"
	tool -w rec -m 0.2 -O tree -- sh -c "$script"
	[ "$status" -eq 0 ]
	cat >expected <<-EOF
	0       sh -c $script
	0       \`- sh -c $script
	0          \`- sleep 0.3
	EOF
	all_of tree | same expected -
	[ "$(told)" -eq 5 ]
	grep -q ', 2 hidden$' err
	replays tree -m 0.2
	# Of the whole machine only what is new, and what leads to it.
	start -n -j -w rec -O tree
	"$bin/nop" "$tag"
	sh -c "'$bin/nop' $tag; :"
	stop
	[ "$(grep -c "$bin/nop.*$tag" tree)" -ge 3 ]
	jq -e '.summary.start as $s | .processes as $p |
	    ($p | map(.parent)) as $parents | .summary.hidden > 0 and
	    ($p | length) + .summary.hidden == .summary.processes and
	    all($p[]; .id as $i | .start >= $s or ($parents | index($i)))' tree
	replays tree -n -j
	"$TOOL" -i rec -j 2>/dev/null >all
	[ "$(jq '.summary | .processes' tree)" -eq \
	    "$(jq '.processes | length' all)" ]
}

@test "-o why: what a command waited for" {
	cat >script <<-'EOF'
	sleep 0.3
	sleep 0.6 & sleep 0.1
	wait
	sh -c 'sleep 0.2; exit 7'
	EOF
	tool -w rec -o why -O tree -- sh script
	[ "$status" -eq 7 ]
	closed
	# Three sleeps, not the one beside a longer one: 1.1 s and no less.
	awk '$5 == "sleep" { sleep = $1; n = $3 } /^critical path/ { all = $3 }
	    $1 ~ /^[0-9.]+$/ && $2 ~ /^[0-9]+$/ && NF == 5 { sum += $1 }
	    END { exit !(n == 3 && sleep >= 1.1 && all - sum < 0.05) }' tree
	grep -Eq '^first failure: sh at [0-9.]* s, exit 7, 2 failed$' tree
	grep -Eq '^[0-9.]+ s of [0-9.]+ with one process' tree ||
	    [ "$(nproc)" -eq 1 ]
	"$TOOL" -i rec -o why 2>/dev/null | diff tree -
}

@test "the critical path: the waits of a shell, of make, and in a namespace" {
	printf 'all: a b\n\t@sleep 0.1\na b:\n\t@sleep 0.2; :\n' >Makefile
	cat >script <<-'EOF'
	sleep 0.2 & sleep 0.1 & wait
	make -s -j2
	unshare -p -f sh -c 'sleep 0.1; sleep 0.1; :'
	EOF
	tool -v -O tree -- true
	refute grep -q waits err
	tool -v -o why -O tree -- true
	if ! grep -q 'waits: sys_exit_wait4: in use' err; then
		grep -q 'waits: events/syscalls/sys_exit_wait4: No such file' err
		skip "this kernel has no events of system calls"
	fi
	tool -w rec -o json -O tree -- sh script
	closed
	# With its own numbers, the shell in the namespace says nothing.
	jq -r '.processes as $p | .critical[] | select(.after) |
	    "\($p[.id - 1] | .args | join(" ")) \(.waited != null and
		.waited >= .from)"' tree | sort | uniq -c | sed 's/^ *//' >waits
	cat waits
	same waits - <<-'EOF'
	1 /bin/sh -c sleep 0.2; : true
	2 make -s -j2 true
	2 sh -c sleep 0.1; sleep 0.1; : false
	3 sh script true
	1 unshare -p -f sh -c sleep 0.1; sleep 0.1; : true
	EOF
	replays tree -j
}

@test "-S: the counts add up" {
	shape
	echo "'$bin/nop'; '$bin/nop' a; '$bin/nop' b" >>script
	sed -i 's/^exit 5$/false | :/' script
	tool -w rec -S -O tree -- sh script
	closed
	awk '/^(short-lived|why:)/ { next }
	NR > 1 { count += $1; failed += $2; name[$8] = $1 " " $2 }
	END {
		print count, failed, name["nop"], name["false"], name["sleep"]
	}' tree >sums
	"$TOOL" -i rec -j -O json 2>/dev/null
	[ "$(<sums)" = "$(told) $(jq '.processes |
	    map(select(.exit != 0)) | length' json) 3 0 1 1 2 0" ]
	replays tree -S
}

@test "-f: a line for each exec, at once, indented" {
	mkfifo go
	background -f -- sh -c "'$bin/nop' $tag
	    sh -c 'exec sh -c \"$bin/nop deep; :\"; :'
	    read -r _ <go" >out 2>err 3>&- 9>&- &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -q ' deep$' out
	# It is still there.
	refute is_gone "$tool_pid"
	echo >go
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	closed
	cut -c 9- out | sed '2,3s/ *$//' >seen
	cat >expected <<-EOF
	COMMAND
	sh -c '$bin/nop' $tag\\n\\t    sh -c 'exec sh -c "$bin/nop deep; :"; :'\\n\\t    read -r _ <go
	  $bin/nop $tag
	  sh -c exec sh -c "$bin/nop deep; :"; :
	  sh -c $bin/nop deep; :
	    $bin/nop deep
	EOF
	same expected seen
	[ "$(awk 'NR == 4 || NR == 5 { print $1 }' out | uniq | wc -l)" -eq 1 ]
}

@test "-A PID: of a process that is gone, and its ancestors" {
	# The number that the next process gets, if no other comes before it.
	cat >script <<-EOF
	pid=
	until [ "\$pid" = 20001 ]; do
		echo 20000 >${PID_MAX%pid_max}ns_last_pid
		sh -c "echo \\\$\$ >pid; exit 6"
		read -r pid <pid
	done
	exit 3
	EOF
	tool -w rec -A 20001 -O tree -- sh script
	[ "$status" -eq 3 ]
	# Above the command there may be others of its cgroup.
	all_of tree | tail -n 2 | sed 's/  *`- / /; s/  */ /' >seen
	same - seen <<-'END'
	3 sh script
	6 sh -c echo $$ >pid; exit 6
	END
	tail -n 1 tree | grep -q '^ *20001 '
	# A recording does not have cgroups: perhaps no ancestors.
	"$TOOL" -H -i rec -A 20001 2>/dev/null |
	    awk '{ at = $1 " " $5 } END { print at }' >seen
	[ "$(<seen)" = '20001 6' ]
	# One that there was before.
	mkfifo go
	sh -c "read -r _ <go; (exit 4); '$bin/nop' $tag; exit 9" 3>&- 9>&- &
	asked=$!
	tools+=("$asked")
	start -d 1 -j -A "$asked" -O tree
	echo >go
	wait "$asked" || :
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	jq -c '.processes | [.[-1].pid, .[-1].exit]' tree >seen
	[ "$(<seen)" = "[$asked,9]" ]
	# This shell is its parent, and above it there is a line.
	jq -e --argjson p $$ '.processes | length > 1 and
	    .[-2].pid == $p and ([.[].parent] ==
	    [null, range(1; length)])' tree
	tool -d 0.1 -A 4194303
	[ "$status" -eq 1 ]
	grep -q '^proctree: pid 4194303: No such process' err
}

# ask PID: the lines that answer it, in ./answer
ask()
{
	local line

	echo "$1" >&"${asked[1]}"
	: >answer
	while read -r -t 20 line <&"${asked[0]}" && [ -n "$line" ]; do
		printf '%s\n' "$line" >>answer
	done
	cat answer
}

@test "-A -: answers while it traces, also of who has ended" {
	: >err
	snapshot >before
	coproc asked { background -A - 2>err; }
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -q tracing err
	sh -c "'$bin/nop' $tag & echo \$! \$\$ >pids; wait; exit 6" 3>&- 9>&-  || :
	read -r pid parent <pids
	nap 0.1
	ask "$pid"
	tail -n 1 answer | grep -Eq "^$pid .* 0 +.*- $bin/nop $tag\$"
	tail -n 2 answer | head -n 1 | grep -Eq "^$parent .* 6 +.*- sh -c "
	tail -n 3 answer | head -n 1 | grep -Eq "^$$ .* - +"
	ask 4194303
	[ "$(<answer)" = '?' ]
	ask nonsense
	[ "$(<answer)" = '?' ]
	ask $$
	tail -n 1 answer | grep -Eq "^$$ "
	eval "exec ${asked[1]}>&-"
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
}

# ---- what others write ----

@test "hostile names and arguments: one line each, escaped, not forged" {
	long=$(head -c 20000 /dev/zero | tr '\0' x)
	cat >script <<'END'
	bash -c 'exec -a "[kthreadd]" sleep 0'
	bash -c 'exec -a "{x}" sleep 0'
	bash -c 'exec -a "{3} $0" sleep 0' x
	sh -c : '[lost]'
	sh -c : '[reparented]'
	sh -c : '[reparented,lost]'
	sh -c : '[...]'
	sh -c : '[?]'
	sh -c : '[]'
	sh -c : $'a\nb\e[31mc\rd\te\x7f\xff'
	sh -c : $'x\n  99999      0.000     0.000     0.000 0       `- sh'
END
	sed -i 's/^\t//' script
	tool -w rec -O tree -- bash script
	closed
	cat >expected <<'END'
0       bash script
0       |- \x5bkthreadd] 0
0       |- \x7bx} 0
0       |- \x7b3} x 0
0       |- sh -c : \x5blost]
0       |- sh -c : \x5breparented]
0       |- sh -c : \x5breparented,lost]
0       |- sh -c : \x5b...]
0       |- sh -c : \x5b?]
0       |- sh -c : \x5b]
0       |- sh -c : a\nb\x1b[31mc\rd\te\x7f\xff
0       `- sh -c : x\n  99999      0.000     0.000     0.000 0       `- sh
END
	all_of tree | same expected -
	refute grep -q '[[:cntrl:]]' tree
	"$TOOL" -q -i rec -O quoted 2>/dev/null
	grep -qF "|- '[kthreadd]' 0" quoted
	grep -qF "sh -c : '[lost]'" quoted
	for format in json dot folded perfetto svg; do
		"$TOOL" -i rec -o "$format" -O picture 2>/dev/null
		refute grep -aq $'\e\\|\r\\|\x7f\\|\xff' picture
	done
	"$TOOL" -i rec -j 2>/dev/null | jq -r '.processes[].args[-1]' >args
	grep -qx '\[lost\]' args
	# A long one is whole, or it is marked and counted.
	tool -O tree -- "$bin/nop" "$tag" "$long" end
	[ "$(wc -l <tree)" -eq 2 ]
	if grep -Eq ' \[(\.\.\.|\?)\]( |$)' tree; then
		grep -q ' 1 with missing arguments' err
	else
		closed
		grep -Eq " $long end( \[proc\])?\$" tree
	fi
}

@test "hostile names of processes without a program" {
	names=($'a\nb\tc' $'\e[31mred' 'a b  c' '[kworker/0:1]' '{x}')
	tool -j -w rec -O tree -- "$bin/forks" -n "${names[@]}"
	closed
	refute grep -aq '[[:cntrl:]]' <(tr -d '\n' <tree)
	[ "$(wc -l <out)" -eq 10 ]
	while read -r _ pid _ ppid; do
		of_pid "$pid" tree | jq -e --argjson p "$ppid" '.ppid == $p'
	done <out
	jq -r '.processes[].comm | select(. != "forks") | @json' tree |
	    sort -u >seen
	printf '%s\n' '"a\nb\tc"' '"\u001b[31mred"' '"a b  c"' \
	    '"[kworker/0:1]"' '"{x}"' | sort | same - seen
	"$TOOL" -i rec >text 2>/dev/null
	[ "$(wc -l <text)" -eq 12 ]
	refute grep -aq $'\e' text
}

@test "a terminal: cut at its width, and with -W not" {
	args="$tag$(printf %0100d 0)"
	for width in 80 132; do
		"$bin/pty" '' '' sh -c "stty cols $width -onlcr
		    exec '$TOOL' -- '$bin/nop' $args" >out 3>&- 9>&-
		line=$(grep ' 0  .*+$' out)
		[ "${#line}" -eq "$width" ]
	done
	"$bin/pty" '' '' sh -c "stty cols 80 -onlcr
	    exec '$TOOL' -W -- '$bin/nop' $args" >out 3>&- 9>&-
	grep " $bin/nop $args\$" out
	# Not what is not for the terminal.
	"$bin/pty" '' '' sh -c "stty cols 80
	    exec '$TOOL' -O tree -- '$bin/nop' $args" >out 3>&- 9>&-
	grep " $bin/nop $args\$" tree
	LC_ALL=C.UTF-8 "$bin/pty" '' '' sh -c "stty cols 100 -onlcr
	    exec '$TOOL' -- sh -c '\"$bin/nop\" $args; :'" >out 3>&- 9>&-
	line=$(LC_ALL=C.UTF-8 grep '└─' out)
	[ "$(LC_ALL=C.UTF-8; echo ${#line})" -eq 100 ]
	[[ $line == *… ]]
}

# ---- the ways out ----

@test "INT, TERM, HUP and QUIT draw the tree, end with 0, leave nothing" {
	for signal in INT TERM HUP QUIT; do
		snapshot >before
		start
		[ -n "$(trace_of "$tool_pid")" ]
		[ ! -s out ]
		"$bin/nop" "$tag" "$signal"
		stop "$signal"
		[ "$status" -eq 0 ]
		closed
		[ "$(grep -c "$bin/nop $tag $signal\$" out)" -eq 1 ]
		left_nothing "$tool_pid"
	done
	start -d 30 -j
	stop
	[ "$status" -eq 0 ]
	jq -e '.processes | length > 10' out
	left_nothing "$tool_pid"
}

@test "a second signal while tracing is undone: the tree is still drawn" {
	snapshot >before
	start
	"$bin/nop" "$tag" twice
	kill -INT "$tool_pid"
	nap 0.2
	kill -INT "$tool_pid" 2>/dev/null || :
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	closed
	grep -q "$bin/nop $tag twice\$" out
	left_nothing "$tool_pid"
}

@test "a command and a signal: both end, and the tree is drawn" {
	snapshot >before
	background -- sh -c 'echo $$ >pid; exec sleep 20' >out 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true [ -s pid ]
	until_true grep -q sleep "/proc/$(<pid)/comm"
	stop TERM
	[ "$status" -eq 143 ]
	closed
	grep -q " sleep 20 \[by $tool_pid proctree\]$" out
	until_true is_gone "$(<pid)"
	left_nothing "$tool_pid"
}

@test "a storm, | head -1: 0, quietly, and nothing is left" {
	snapshot >before
	mkfifo pipe
	head -n 1 <pipe >line 3>&- 9>&- &
	background -- sh -c "'$bin/family' -n 3000 -t truth >said" \
	    >pipe 2>err </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	grep -q 'PID .* COMMAND$' line
	closed
	left_nothing "$tool_pid"
}

@test "a reader that does not read: the trace is torn down before" {
	mkfifo pipe
	snapshot >before
	exec 8<>pipe
	background -- sh -c "'$bin/family' -n 3000 -t truth >said" \
	    >pipe 2>err </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -q tracing err
	[ -n "$(trace_of "$tool_pid")" ] || is_gone "$tool_pid"
	until_true is_torn_down
	nap 0.2
	refute is_gone "$tool_pid"
	left_nothing "$tool_pid"
	cat <pipe >out 8>&- 3>&- 9>&- &
	exec 8>&-
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	wait $! || :
	[ "$(sed 1d out | wc -l)" -eq "$(told)" ]
	[ "$(told)" -ge 3000 ]
	closed
}

@test "a reader that does not read: a signal ends it nevertheless" {
	mkfifo pipe
	snapshot >before
	exec 8<>pipe
	background >pipe 2>err </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -q tracing err
	family -n 3000
	wait "$family"
	kill -INT "$tool_pid"
	until_true is_torn_down
	nap 0.2
	refute is_gone "$tool_pid"
	stop TERM
	[ "$status" -eq 0 ] || [ "$status" -eq 143 ]
	left_nothing "$tool_pid"
	exec 8>&-
}

@test "kill -9: the next start removes it" {
	snapshot >before
	start
	dead=$tool_pid
	stop KILL
	[ "$status" -eq 137 ]
	[ -n "$(trace_of "$dead")" ]
	tool -d 0.05
	[ "$status" -eq 0 ]
	[ -z "$(trace_of "$dead")" ]
	left_nothing "$dead" "$tool_pid"
}

@test "a disk that is full: it says so, and status 1" {
	snapshot >before
	tool -d 0.1 -O /dev/full
	[ "$status" -eq 1 ]
	grep -q '^proctree: .*: No space left on device' err
	background -d 0.1 >/dev/full 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	ended "$tool_pid"
	[ "$status" -eq 1 ]
	grep -q '^proctree: standard output: No space left' err
	tool -d 0.1 -w /dev/full
	[ "$status" -eq 1 ]
	tool -d 0.1 -O missing/file
	[ "$status" -eq 1 ]
	grep -q '^proctree: missing/file: No such file' err
	refute grep -q tracing err
	left_nothing "$tool_pid"
}

@test "twice at once: each has its own, and both see the same" {
	start_as .one -j -O one
	first=$tool_pid
	start_as .two -j -O two
	family -n 2000
	wait "$family"
	stop
	closed err.two
	tool_pid=$first
	stop
	closed err.one
	check -a truth one
	check -a truth two
}

# ---- losses ----

# lossy SEED [options]: a family, with a small buffer, while the tool sleeps
lossy()
{
	family -n "$many" -s "$1"
	nap 0.5
	kill -STOP "$tool_pid"
	nap 0.2
	kill -CONT "$tool_pid"
	wait "$family"
	nap 0.2
	stop
	[ "$status" -eq 0 ]
	cat err
	grep -Eq '^proctree: (at least )?[0-9]+ events lost: ' err
	grep -Eq ', (at least )?[1-9][0-9]* events lost, ' err
	jq -e '.summary.lost != 0' tree
}

@test "a small buffer: losses are told, and no edge is wrong" {
	many 20000
	for seed in 1 2; do
		start -b 4 -j -w rec -O tree
		lossy "$seed"
		check -al truth tree
	done
}

@test "a small buffer, pids come again: no edge is wrong" {
	many 20000
	few_pids
	start -b 4 -j -w rec -O tree
	lossy 3
	many_pids
	check -al truth tree
}

@test "a small buffer, a command: no edge is wrong" {
	many 20000
	background -b 4 -j -w rec -O tree -- "$bin/family" -n "$many" -s 4 \
	    -t truth >out 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	nap 1
	kill -STOP "$tool_pid"
	nap 0.2
	kill -CONT "$tool_pid"
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	grep -Eq ', (at least )?[1-9][0-9]* events lost, ' err
	check -l truth tree
	# And the recording knows as much.
	"$TOOL" -i rec -j -O replayed 2>/dev/null
	check -l truth replayed
}

# ---- another witness ----

@test "strace sees the same" {
	cat >script <<-'EOF'
	i=0
	while [ $i -lt 30 ]; do
		i=$((i + 1))
		/bin/true $i "a b" ""
		(exit 3)
		echo $i | cat | wc -c
		sh -c 'exec sh -c "exit 2"'
		sh -c 'kill -KILL $$'
	done
	bash -c 'sleep 0.1 & exec -a other true'
	sleep 0.3
	EOF
	PROCTREE=$TOOL CC=$CC run -0 \
	    sh "$BATS_TEST_DIRNAME/strace_same.sh" sh script 3>&- 9>&-
	echo "$output"
	[[ $output == *', 0 events lost, '* ]]
	[[ $output == *' calls not in the log: the same' ]]
}
