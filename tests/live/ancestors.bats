#!/usr/bin/env bats
# proctree -A: a process and its ancestors in the same cgroup.

load helper

TOOL=$PROCTREE

setup_file()
{
	build forks nop ns
}

# Cgroups of this test, one in each hierarchy; $groups.
make_groups()
{
	local dir

	groups=()
	for dir in /sys/fs/cgroup /sys/fs/cgroup/unified \
	    /sys/fs/cgroup/systemd /sys/fs/cgroup/pids; do
		[ -e "$dir/cgroup.procs" ] || continue
		mkdir "$dir/$tag"
		groups+=("$dir/$tag")
	done
	[ "${#groups[@]}" -gt 0 ]
}

# The second hierarchy.
unified()
{
	make_groups
	for dir in "${groups[@]}"; do
		[ ! -e "$dir/cgroup.controllers" ] || return 0
	done
	fail "no second hierarchy"
}

teardown()
{
	local pid dir

	exec 7>&- 8>&-
	for pid in "${tools[@]}"; do
		! kill -KILL "$pid" 2>/dev/null || wait "$pid" || :
	done
	for dir in "${groups[@]}"; do
		until_true rmdir "$dir" 2>/dev/null || echo "left: $dir" >&2
	done
}

# ns [GROUP] [options] DEPTH: below a shell that is in that cgroup; ends with
# descriptor 7. All of them are in the array way, the shell first, and $thread.
ns()
{
	local group=$1

	shift
	rm -f words
	mkfifo words
	sh -c '[ -z "$1" ] || echo $$ >"$1/cgroup.procs"; shift
	    "$@"; :' sh "$group" "$bin/ns" "$@" <words >said 3>&- 9>&- &
	tools+=($!)
	way=($!)
	exec 7>words
	until_true grep -q thread said
	mapfile -t -O 1 way < <(grep -v thread said)
	thread=$(sed -n 's/thread //p' said)
}

# drawn PID...: these are the lines, each below the one before
drawn()
{
	jq -r '.processes[] | "\(.id) \(.parent) \(.pid)"' out >lines
	printf '%s\n' "$@" | awk '{
		print NR, (NR > 1 ? NR - 1 : "null"), $1
	}' | same - lines
}

# outer PID: who is above it in the same cgroup, as /proc has it, the outermost
# first; to stdout
outer()
{
	local pid=$1 group

	group=$(<"/proc/$pid/cgroup")
	while pid=$(awk '/^PPid/ { print $2 }' "/proc/$pid/status") &&
	    [ "$pid" -gt 0 ] && [ "$(<"/proc/$pid/cgroup")" = "$group" ]; do
		echo "$pid"
	done | tac
}

# answers: -A - in the background, which is asked by ask
answers()
{
	rm -f questions
	mkfifo questions
	background -A - <questions >out 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	exec 8>questions
	until_true is_armed ''
	asked=0
}

# ask WORD: the pids of the answer, in ./answer
ask()
{
	asked=$((asked + 1))
	echo "$1" >&8
	until_true answered
	awk -v RS= -v n="$asked" 'NR == n' out >text
	awk '{ print $1 }' text >answer
}

answered()
{
	[ "$(grep -c '^$' out)" -eq "$asked" ]
}

# answer_is PID...
answer_is()
{
	printf '%s\n' "$@" | same - answer
}

@test "in a cgroup of its own, in pid namespaces: up to the first there" {
	make_groups
	for group in "${groups[@]}"; do
		ns "$group" 3
		tool -A "${way[4]}" -j
		[ "$status" -eq 0 ]
		drawn "${way[@]}"
		tool -A "${way[2]}" -j
		drawn "${way[@]:0:3}"
		tool -A "${way[0]}" -j
		drawn "${way[0]}"
		# The shell's parent is in another one.
		[ "$(awk '/^PPid/ { print $2 }' "/proc/${way[0]}/status")" -gt 0 ]
		[ -z "$(outer "${way[0]}")" ]
		exec 7>&-
		wait "${way[0]}"
	done
}

@test "without: up to the outermost in the same one" {
	ns '' 2
	mapfile -t above < <(outer "${way[0]}")
	[ "${#above[@]}" -gt 1 ]
	tool -A "${way[3]}" -j
	[ "$status" -eq 0 ]
	drawn "${above[@]}" "${way[@]}"
	# The same as text.
	tool -A "${way[3]}" -H
	awk '{ print $1 }' out |
	    same <(printf '%s\n' "${above[@]}" "${way[@]}") -
}

@test "begun in another cgroup (CLONE_INTO_CGROUP): up to that one" {
	unified
	ns '' -g "$dir" 2
	mapfile -t above < <(outer "${way[0]}")
	tool -A "${way[3]}" -j
	drawn "${way[3]}"
	tool -A "${way[2]}" -j
	drawn "${above[@]}" "${way[@]:0:3}"
	exec 7>&-
	wait "${way[0]}"
	# And while it traces, also when they are gone.
	answers
	ns '' -g "$dir" 2
	ask "${way[3]}"
	answer_is "${way[3]}"
	ask "${way[2]}"
	answer_is "${above[@]}" "${way[@]:0:3}"
	exec 7>&-
	wait "${way[0]}"
	ask "${way[2]}"
	answer_is "${above[@]}" "${way[@]:0:3}"
}

@test "moved while it traces: -A - knows" {
	make_groups
	for group in "${groups[@]}"; do
		answers
		ns '' 2
		mapfile -t above < <(outer "${way[0]}")
		ask "${way[3]}"
		answer_is "${above[@]}" "${way[@]}"
		echo "${way[2]}" >"$group/cgroup.procs"
		ask "${way[3]}"
		answer_is "${way[3]}"
		ask "${way[2]}"
		answer_is "${way[2]}"
		echo "${way[3]}" >"$group/cgroup.procs"
		ask "${way[3]}"
		answer_is "${way[@]:2}"
		# It stays so when they are gone.
		exec 7>&-
		wait "${way[0]}"
		ask "${way[3]}"
		answer_is "${way[@]:2}"
		grep -q '{' text || grep -q ns text
		exec 8>&-
		ended "$tool_pid"
		[ "$status" -eq 0 ]
	done
}

@test "moved while it traces: -A PID -d knows" {
	make_groups
	for group in "${groups[@]}"; do
		ns '' 2
		start -A "${way[3]}" -d 1 -j
		echo "${way[2]}" >"$group/cgroup.procs"
		echo "${way[3]}" >"$group/cgroup.procs"
		ended "$tool_pid"
		[ "$status" -eq 0 ]
		drawn "${way[@]:2}"
		exec 7>&-
		wait "${way[0]}"
	done
}

@test "-A PID of one that ends: -d, and a command" {
	self=$BASHPID
	mapfile -t above < <(outer "$self")
	for how in -d --; do
		sleep 100 3>&- 9>&- &
		sleep=$!
		if [ "$how" = -d ]; then
			start -j -A "$sleep" -d 0.5
			kill "$sleep"
			ended "$tool_pid"
		else
			# The end of kill may come before that of whom it kills.
			tool -j -A "$sleep" -- sh -c "kill $sleep; sleep 0.2"
		fi
		wait "$sleep" || :
		[ "$status" -eq 0 ]
		drawn "${above[@]}" "$self" "$sleep"
		jq -e '.processes[-1] | .state == "ended" and
		    .signal == "SIGTERM"' out
	done
}

@test "-A - of those that are gone, of a number that comes again" {
	self=$BASHPID
	mapfile -t above < <(outer "$self")
	answers
	"$bin/nop" 9>&- &
	nop=$!
	wait "$nop"
	ask "$nop"
	answer_is "${above[@]}" "$self" "$nop"
	tail -n 1 text | grep -q nop
	# A parent that is gone too.
	sh -c '"$0" & echo $! $$' "$bin/nop" >said 9>&-
	read -r child parent <said
	until_true is_gone "$child"
	ask "$child"
	answer_is "${above[@]}" "$self" "$parent" "$child"
	for word in "$nop $child" x '' 0 -1 4194303 99999999999999999999; do
		ask "$word"
		answer_is '?'
	done
	exec 8>&-
	ended "$tool_pid"
	[ "$status" -eq 0 ]
}

@test "pid 1, kernel threads, a thread, nobody" {
	tool -A 1 -j
	[ "$status" -eq 0 ]
	drawn 1
	tool -A 2 -j
	drawn 2
	thread=$(ps -e -o pid=,ppid= | awk '$2 == 2 { print $1; exit }')
	tool -A "$thread" -j
	[ "$status" -eq 0 ]
	drawn 2 "$thread"
	tool -A 4194304
	[ "$status" -eq 1 ]
	[ ! -s out ]
	grep -qx 'proctree: pid 4194304: No such process' err
	# A thread's number is no process's.
	ns '' 1
	tool -A "$thread"
	echo "$thread: $status"
	[ "$status" -eq 1 ]
	grep -qx "proctree: pid $thread: No such process" err
}

@test "nothing is left" {
	snapshot >before
	tool -A $$
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	answers
	stop INT
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
}

@test "of a recording no PID is looked up here, and its cgroups are not known" {
	tool -w rec -d 0.1
	tool -A "$$" -i rec -o json
	[ "$status" -eq 0 ]
	jq -e '.processes | length > 1 and .[-1].pid == $pid' \
	    --argjson pid "$$" out >/dev/null
	grep -q '^proctree: the cgroup of process .* is not known' err
}

@test "--all: up to the first process, whatever their cgroups" {
	make_groups
	# shellcheck disable=SC2016 # for sh
	sh -c 'echo $$ >"$1/cgroup.procs"; read -r _' sh "${groups[0]}" <never &
	inner=$!
	until_true grep -qx "$inner" "${groups[0]}/cgroup.procs"
	chain() { awk '$1 + 0 { printf("%s%s", n++ ? " " : "", $1) }' out; }
	up=$inner expected=
	while [ "$up" -gt 0 ]; do
		expected="$up${expected:+ $expected}"
		up=$(awk '/^PPid/ { print $2 }' "/proc/$up/status")
	done
	tool -A "$inner" --all
	[ "$status" -eq 0 ]
	[ "$(chain)" = "$expected" ]
	tool -A "$inner"
	[ "$(chain)" = "$inner" ]
	tool -A "$inner" --all -w rec -d 0.2
	[ "$(chain)" = "$expected" ]
	tool -A "$inner" --all -i rec
	[ "$(chain)" = "$expected" ]
	echo "$inner" | "$TOOL" -A - --all >out 2>err
	[ "$(chain)" = "$expected" ]
	kill "$inner"
}
