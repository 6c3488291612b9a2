#!/usr/bin/env bats
# -g: processes by their cgroup, whoever puts them there, and in namespaces.

load helper

setup_file()
{
	build movers nop ns
}

# $v2: where cgroup v2 is mounted; if nowhere, it is for this test.
find_v2()
{
	v2=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	[ -z "$v2" ] || return 0
	mkdir v2
	mount -t cgroup2 none v2
	mounted=$PWD/v2
	v2=$mounted
}

# groups NAME...: cgroups of v2, each a variable with its directory, and one
# process in the first, so that this is the hierarchy that counts
groups()
{
	local name

	find_v2
	for name; do
		mkdir "$v2/$tag$name"
		made+=("$v2/$tag$name")
		printf -v "$name" %s "$v2/$tag$name"
	done
	sh -c 'echo $$ >"$0/cgroup.procs"; exec sleep 1000' "$v2/$tag$1" \
	    3>&- 9>&- &
	tools+=($!)
	until_true grep -q sleep "/proc/$!/comm"
	resident=$!
}

teardown()
{
	local pid dir

	exec 7>&-
	many_pids
	for pid in "${tools[@]}"; do
		! kill -KILL "$pid" 2>/dev/null || wait "$pid" || :
	done
	for dir in "${made[@]}"; do
		until_true rmdir "$dir" 2>/dev/null || echo "left: $dir" >&2
	done
	[ -z "${mounted-}" ] || umount "$mounted"
}

# enter DIR COMMAND...: as docker exec does: it puts itself there, then executes
enter()
{
	sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$@" 3>&- 9>&-
}

# nops WORD N [FILE]: so many lines of nop with that word, each once
nops()
{
	[ "$(grep -c "nop $tag $1 " "${3-out}")" -eq "$2" ] ||
		{ cat "${3-out}"; cat err; return 1; }
}

@test "two containers: all of one, none of the other" {
	local i

	groups a b
	start -g "/${tag}a"
	for i in {1..100}; do
		enter "$a" "$bin/nop" "$tag" in "$i"
		enter "$b" "$bin/nop" "$tag" out "$i"
		"$bin/nop" "$tag" beside "$i"
		enter "$a" sh -c '"$0" "$1" below "$2"; :' "$bin/nop" "$tag" "$i"
	done
	stop
	nops in 100
	nops below 100
	nops out 0
	nops beside 0
	quiet
}

@test "two containers: exitsnoop and forksnoop" {
	local i

	groups a b
	TOOL=$EXITSNOOP
	start_as 1 -a -g "${tag}a"
	first=$tool_pid
	TOOL=$FORKSNOOP
	start_as 2 -g "${tag}a"
	for i in {1..50}; do
		enter "$a" sh -c '"$0" "$1" in "$2"; :' "$bin/nop" "$tag" "$i"
		enter "$b" sh -c '"$0" "$1" out "$2"; :' "$bin/nop" "$tag" "$i"
	done
	stop
	tool_pid=$first
	stop
	nops in 50 out1
	nops out 0 out1
	[ "$(grep -c fork out2)" -eq 50 ]
	TOOL=$EXITSNOOP
	quiet err1
}

@test "put there by another process: what it does from then on" {
	groups a b
	mkfifo words
	start -g "/${tag}a"
	sh -c 'while read -r word && [ "$word" ]; do "$0" "$1" "$word" 1; done' \
	    "$bin/nop" "$tag" <words 3>&- 9>&- &
	tools+=($!)
	exec 7>words
	echo before >&7
	nap 0.2
	echo $! >"$a/cgroup.procs"
	nap 0.2
	# The first of them may have been forked before, for all the kernel says.
	echo first >&7
	echo second >&7
	nap 0.2
	echo $! >"$b/cgroup.procs"
	nap 0.2
	echo third >&7
	echo >&7
	wait $!
	stop
	nops before 0
	nops second 1
	nops third 0
}

@test "CLONE_INTO_CGROUP: where the child begins" {
	groups a b
	mkfifo words
	start -v -g "/${tag}b" -w rec
	sh -c 'exec "$0" -g "$1" 1' "$bin/ns" "$b" <words >said 3>&- 9>&- &
	tools+=($!)
	exec 7>words
	until_true grep -q thread said
	child=$(sed -n 2p said)
	nap 0.3
	exec 7>&-
	wait $!
	stop
	grep "^fork [0-9.]* $child " rec >line
	[ "$(awk '{ print $NF }' line)" = "=/${tag}b" ]
	EXECSNOOP=$EXITSNOOP
	"$EXITSNOOP" -H -i rec -g "/${tag}b" >ends
	[ "$(awk '{ print $1 }' ends)" = "$child" ]
}

@test "a process of a cgroup namespace, and nsenter" {
	groups a b
	start -g "/${tag}a"
	enter "$a" unshare -C sh -c '"$0" "$1" own 1; "$0" "$1" own 2' \
	    "$bin/nop" "$tag"
	enter "$b" unshare -C "$bin/nop" "$tag" out 1
	# As an engine does: into the namespaces, and the cgroup.
	enter "$a" nsenter -t "$resident" -C -m "$bin/nop" "$tag" entered 1
	nsenter -t "$resident" -C -m "$bin/nop" "$tag" elsewhere 1
	stop
	nops own 2
	nops entered 1
	nops out 0
	nops elsewhere 0
}

@test "a tool in a cgroup namespace: paths are those of the host" {
	groups a b
	cat >inside <<-'END'
		#!/bin/sh
		echo $$ >"$INTO/cgroup.procs"
		exec unshare -C "$@"
	END
	chmod +x inside
	export INTO=$a
	under=$PWD/inside
	start -v -g "/${tag}a" -w rec
	"$bin/nop" "$tag" beside 1
	enter "$a" "$bin/nop" "$tag" in 1
	enter "$b" "$bin/nop" "$tag" out 1
	stop
	nops in 1
	nops out 0
	nops beside 0
	grep -q "^cgroup [0-9.]* $resident 1 =/${tag}a$" rec
	# The namespace of what it runs is its own, not that of the host.
	tool -H -g / -- sh -c 'cat /proc/self/cgroup >seen'
	grep -qx '0::/' seen
}

@test "in a pid namespace of its own: by the moves that it sees" {
	groups a b
	under='unshare -C -p -f --kill-child --mount-proc'
	start -v -g "/${tag}a" -d 4
	grep -q 'cgroups: v2: only of processes that are moved' err
	enter "$a" "$bin/nop" "$tag" in 1
	enter "$b" "$bin/nop" "$tag" out 1
	"$bin/nop" "$tag" beside 1
	ended "$tool_pid"
	nops in 1
	nops out 0
	nops beside 0
	grep -q 'not shown: the cgroup or the user is not known' err
}

@test "names of any bytes: one line each, reversible" {
	local odd=$'odd \e[31m\\ \xff"\t=x'

	groups a
	mkdir "$v2/$tag$odd"
	made+=("$v2/$tag$odd")
	start -g "/$tag$odd" -w rec
	enter "$v2/$tag$odd" "$bin/nop" "$tag" in 1
	stop
	nops in 1
	"$EXECSNOOP" -H -i rec -g "/$tag$odd" >again
	[ "$(wc -l <again)" -eq 1 ]
	grep -F "=/${tag}odd\\x20\\x1b[31m\\\\\\x20\\xff\"\\t=x" rec
	refute grep -qP '[\x00-\x09\x0b-\x1f]' rec
}

@test "a recording has what was shown, of all tools" {
	local i

	groups a b
	start -r -g "/${tag}a" -w rec
	for i in {1..20}; do
		enter "$a" sh -c '"$0" "$1" in "$2"; :' "$bin/nop" "$tag" "$i"
		enter "$b" "$bin/nop" "$tag" out "$i"
	done
	stop
	"$EXECSNOOP" -r -i rec -g "/${tag}a" >again
	same out again
	nops in 20 again
	"$EXITSNOOP" -a -i rec -g "/${tag}a" >ends
	nops in 20 ends
	nops out 0 ends
	"$PROCTREE" -i rec >/dev/null
}

# counted DIR N [FILE]: proctree -S --by=cgroup has so many processes there
counted()
{
	awk -v path="/${1##*/}" -v n="$2" '$NF == path { found = $1 }
	END { exit found != n }' "${3-out}" || { cat "${3-out}"; return 1; }
}

@test "proctree -S --by=cgroup: a trace, a recording, a snapshot" {
	local i

	groups a b
	TOOL=$PROCTREE
	start -S -H --by=cgroup -w rec
	for i in {1..40}; do
		enter "$a" "$bin/nop" "$tag" in "$i"
		enter "$b" sh -c '"$0" "$1" in "$2"; :' "$bin/nop" "$tag" "$i"
		"$bin/nop" "$tag" beside "$i"
	done
	nap 0.3
	stop
	# One was there before, and stays.
	counted "$a" 41
	counted "$b" 80
	"$PROCTREE" -S -H --by=cgroup -i rec >again
	counted "$a" 41 again
	counted "$b" 80 again
	"$PROCTREE" -S -s -H --by=cgroup >now
	counted "$a" 1 now
	counted "$b" '' now
}

@test "pids that are reused, thousands of moves" {
	groups a b
	few_pids
	start -r -H -g "/${tag}a"
	for ((i = 0; i < 1500; i++)); do
		enter "$a" "$bin/nop" "$tag" in "$i"
		enter "$b" "$bin/nop" "$tag" out "$i"
	done
	many_pids
	stop
	nops in 1500
	nops out 0
}

@test "a storm of moves, forks and threads: right, or not known" {
	local g shown

	groups a b c d
	start -r -w rec
	timeout 60 "$bin/movers" 1500 "$PWD/truth" "$a" "$b" "$c" "$d" \
	    3>&- 9>&- <&-
	nap 0.3
	stop
	for g in a b c d; do
		"$EXECSNOOP" -r -H -i rec -g "/$tag$g" 2>/dev/null |
		    awk -v group="/$tag$g" '$NF ~ /^[0-9]+$/ && $(NF - 2) ~ /truth$/ {
			print $(NF - 1), $NF, group }'
	done | sort >shown
	sort truth >right
	# What is not in the truth.
	comm -23 shown right >wrong
	[ ! -s wrong ] || { head wrong; return 1; }
	shown=$(wc -l <shown)
	echo "$shown of $(wc -l <right)"
	[ "$(wc -l <right)" -eq 4500 ]
	# Those that moved themselves, or were moved, then ran a program, are
	# known: no look is needed.
	[ "$(grep -c '^self' shown)" -eq "$(grep -c '^self' right)" ]
	[ "$(grep -c '^put' shown)" -eq "$(grep -c '^put' right)" ]
}

@test "after a loss: nothing wrong" {
	local i

	groups a b
	start -r -H -b 64 -g "/${tag}a"
	mkfifo words
	sh -c 'while read -r word; do "$0" "$1" "$word" 1; done' \
	    "$bin/nop" "$tag" <words 3>&- 9>&- &
	inner=$!
	tools+=("$inner")
	exec 7>words
	echo "$inner" >"$a/cgroup.procs"
	nap 0.2
	kill -STOP "$tool_pid"
	for i in {1..2000}; do
		/bin/true
	done
	echo "$inner" >"$b/cgroup.procs"
	kill -CONT "$tool_pid"
	nap 1
	echo moved >&7
	nap 0.2
	enter "$a" "$bin/nop" "$tag" in 1
	exec 7>&-
	wait "$inner"
	stop
	grep -q 'events lost' err
	nops moved 0
	nops in 1
}

@test "not asked for: the event is not armed, and /proc is not read" {
	groups a
	start
	dir=$TRACEFS/instances/$(ls "$TRACEFS/instances" |
	    grep "^execsnoop-$tool_pid-")
	[ "$(cat "$dir/events/cgroup/enable")" = 0 ]
	stop
	start -g /
	dir=$TRACEFS/instances/$(ls "$TRACEFS/instances" |
	    grep "^execsnoop-$tool_pid-")
	[ "$(cat "$dir/events/cgroup/cgroup_attach_task/enable")" = 1 ]
	stop
	under='strace -f -o calls -e trace=openat'
	tool -d 0.5
	refute grep -q '/cgroup"\|"cgroup"' calls
	tool -d 0.5 -g /
	grep -q '"cgroup"' calls
}

@test "of v1: paths, threads of their own, and a rename" {
	local name dir

	tool -v -d 0.1 -g /
	name=$(sed -n 's/^execsnoop: cgroups: \([^,]*\).*/\1/p' err)
	[ "$name" != v2 ] || skip "cgroup v2 is in use"
	dir=$(awk -v name="$name" '$3 == "cgroup" && $4 ~ "(^|,)" name "(,|$)" {
		print $2; exit }' /proc/self/mounts)
	[ "$dir" ]
	mkdir "$dir/${tag}a" "$dir/${tag}b"
	made+=("$dir/${tag}a" "$dir/${tag}b")
	sh -c 'echo $$ >"$0/cgroup.procs"; exec sleep 1000' "$dir/${tag}a" \
	    3>&- 9>&- &
	tools+=($!)
	until_true grep -q sleep "/proc/$!/comm"
	start -g "/${tag}a" -g "/${tag}c" -w rec
	enter "$dir/${tag}a" "$bin/nop" "$tag" in 1
	enter "$dir/${tag}b" "$bin/nop" "$tag" out 1
	find_v2
	mkdir "$v2/$tag"
	made+=("$v2/$tag")
	enter "$v2/$tag" "$bin/nop" "$tag" beside 1
	mv "$dir/${tag}b" "$dir/${tag}c"
	made+=("$dir/${tag}c")
	nap 0.1
	enter "$dir/${tag}c" "$bin/nop" "$tag" renamed 1
	rm -f words
	stop
	made=("${made[@]/"$dir/${tag}b"/"$dir/${tag}c"}")
	mapfile -t made < <(printf '%s\n' "${made[@]}" | sort -u)
	nops in 1
	nops out 0
	nops beside 0
	nops renamed 1
}

@test "without the event of moves (before 4.9): what /proc has, or unknown" {
	local i

	groups a b
	sed s/cgroup_attach_task/cgroup_attach_nobo/g "$EXECSNOOP" >execsnoop
	chmod 755 execsnoop
	TOOL=$PWD/execsnoop
	start -v -r -g "/${tag}a" -w rec
	grep -q 'cgroups: v2, by /proc only' err
	for i in {1..20}; do
		enter "$a" sh -c '"$0" "$1" below "$2"; sleep 0.05' "$bin/nop" \
		    "$tag" "$i"
		enter "$b" sh -c '"$0" "$1" out "$2"; sleep 0.05' "$bin/nop" \
		    "$tag" "$i"
	done
	stop
	[ "$(grep -c "sh -c .* below" out)" -ge 15 ]
	nops out 0
	"$EXECSNOOP" -r -i rec -g "/${tag}a" >again
	same out again
	# Where they ended is not known.
	"$EXITSNOOP" -H -i rec -g / >ends 2>why
	[ ! -s ends ]
	grep -q 'not shown: the cgroup or the user is not known' why
}

@test "-p and -g: both; a move by a process that is not inside is seen" {
	groups a b
	mkfifo words
	sh -c 'while read -r word && [ "$word" ]; do "$0" "$1" "$word" 1; done' "$bin/nop" \
	    "$tag" <words 3>&- 9>&- &
	inner=$!
	tools+=("$inner")
	exec 7>words
	start -r -p "$inner" -g "/${tag}b"
	echo before >&7
	nap 0.2
	echo "$inner" >"$b/cgroup.procs"
	nap 0.1
	echo first >&7
	echo second >&7
	enter "$b" "$bin/nop" "$tag" other 1
	echo >&7
	wait "$inner"
	stop
	nops before 0
	nops second 1
	nops other 0
}

@test "-v and --check say what is used" {
	groups a
	tool -v -d 0.1 -g /
	grep -qx 'execsnoop: cgroups: v2, moves by cgroup_attach_task' err
	tool -v -d 0.1
	refute grep -q cgroups: err
	tool --check -g /
	grep -qx 'cgroups: *v2, moves by cgroup_attach_task' out
}
