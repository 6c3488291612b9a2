#!/usr/bin/env bats
# -u, and recordings: the user of each process is who it was
# (tests/prog/users.c), or it is not known. With kprobes it always is.

load helper

TOOL=$EXITSNOOP

setup_file()
{
	build users-static nop-static
	# For every user; the temporary folder of bats is only for root.
	ours=$(mktemp -d /var/tmp/users.XXXXXX)
	chmod 755 "$ours"
	cp "$bin/users-static" "$ours/users"
	cp "$bin/nop-static" "$ours/nop"
	ln -s nop "$ours/link"
	cp "$bin/nop-static" "$ours/bits"
	chown 4321:1234 "$ours/bits"
	chmod 6755 "$ours/bits"
	printf '#!%s\n' "$ours/nop" >"$ours/script"
	printf '#!%s\n' "$ours/bits" >"$ours/script-bits"
	chmod 755 "$ours"/script*
	sleep 0.1 # a file that has just changed may be another one
	echo "$ours" >"$BATS_FILE_TMPDIR/ours"
}

teardown_file()
{
	rm -rf "$(<"$BATS_FILE_TMPDIR/ours")"
}

# here: what setup_file has made is in $ours; sets $strict
here()
{
	ours=$(<"$BATS_FILE_TMPDIR/ours")
	strict=
	[ ! -e "$TRACEFS/kprobe_events" ] || strict=-s
}

# as UID COMMAND...
as()
{
	setpriv --reuid="$1" --regid="$1" --clear-groups "${@:2}" 3>&- 9>&-
}

# ran REGEX [FILE]: how many lines have that program of ours
ran()
{
	awk -v path="^$ours/($1)\$" '$3 ~ path { n++ } END { print n + 0 }' \
	    "${2:-out}"
}

@test "1,200 processes that change users in every way, and a recording" {
	here
	start -w rec
	"$ours/users" -n 1200 truth
	nap 0.5
	stop
	[ "$status" -eq 0 ]
	quiet
	# shellcheck disable=SC2086 # words
	"$ours/users" -c $strict truth rec
}

@test "the same, when PIDs are reused" {
	here
	few_pids
	start -w rec
	"$ours/users" -n 1200 truth
	nap 0.5
	stop
	many_pids
	quiet
	# shellcheck disable=SC2086 # words
	"$ours/users" -c $strict truth rec
}

@test "after a loss, none is wrong" {
	here
	start -b 4 -w rec
	"$ours/users" -n 600 truth &
	users=$!
	for _ in 1 2 3; do
		nap 0.5
		kill -STOP "$tool_pid"
		for _ in {1..300}; do
			/bin/true
		done
		nap 0.2
		kill -CONT "$tool_pid"
	done
	wait "$users"
	nap 0.5
	stop
	grep -q 'events lost' err
	refute grep -q 'users: wrong' err
	"$ours/users" -c truth rec >cmp || :
	cat cmp
	awk '{ wrong += $8; right += $2 } END { exit wrong || !right }' cmp
}

@test "-u: a user, a name, several, all but one; from a recording too" {
	here
	TOOL=$EXECSNOOP
	start -r -u 1234 -u '!0' -u daemon -w rec
	for user in 0 1 1234 1235; do
		for name in nop link script; do
			as "$user" "$ours/$name"
		done
	done
	nap 0.3
	stop
	[ "$status" -eq 0 ]
	cat out err
	[ "$(ran '.*')" = 6 ]
	"$EXECSNOOP" -r -u 1234 -u 1 -i rec >again
	same out again
	"$EXECSNOOP" -r -u 1235 -i rec >again
	[ "$(ran '.*' again)" = 3 ]
	"$EXECSNOOP" -r -u '!1234' -i rec >again
	[ "$(ran '.*' again)" = 9 ]
	"$PROCTREE" -S -H --by=user -i rec >again
	[ "$(awk '$NF ~ /^123[45]$/ { print $1, $NF }' again | sort |
	    paste -sd,)" = '3 1234,3 1235' ]
}

@test "-u: a program with the set-user-ID bit is never taken for its caller's" {
	here
	TOOL=$EXECSNOOP
	start -r -u 1234 -u 0 -w rec
	as 1234 "$ours/bits"
	as 1234 "$ours/script-bits"
	"$ours/bits"
	nap 0.3
	stop
	cat out
	[ "$(ran bits)" = 0 ]
	"$EXECSNOOP" -r -u 4321 -i rec >again
	[ -z "$strict" ] || [ "$(ran bits again)" = 3 ]
}

@test "-u: forks and exits; su, and a shell that was there before" {
	here
	command -v su >/dev/null
	mkfifo go
	exec 7<>go
	(exec setpriv --reuid=1234 --regid=1234 --clear-groups \
	    sh -c 'read x <&7; /bin/true; /bin/true; :' 3>&- 9>&-) &
	shell=$!
	until_true grep -q '^Uid:.1234' "/proc/$shell/status"
	TOOL=$FORKSNOOP
	start_as .fork -u 1234
	fork=$tool_pid
	TOOL=$EXITSNOOP
	start -u 1234 -u nobody
	echo >&7
	wait "$shell"
	su -s /bin/sh nobody -c "exec $ours/nop" 3>&- 7>&- 9>&-
	nap 0.3
	stop
	kill -INT "$fork"
	ended "$fork"
	cat out out.fork
	[ "$(awk -v p="$shell" '$2 == p && $3 == "true"' out | wc -l)" = 2 ]
	[ "$(awk -v p="$shell" '$1 == p' out | wc -l)" = 1 ]
	[ "$(awk -v p="$shell" '$2 == p' out.fork | wc -l)" = 2 ]
	grep -q ' nop ' out
}

@test "a command: its user from the first line on" {
	here
	TOOL=$EXECSNOOP
	tool -u 0 -- "$ours/nop"
	[ "$(ran nop)" = 1 ]
	tool -u '!0' -- "$ours/nop"
	[ "$(ran nop)" = 0 ]
}

@test "without -u and -w nothing of it is enabled; -v and --check report it" {
	here
	start
	events=$TRACEFS/instances/$(trace_of "$tool_pid" | head -n 1)/events
	[ -e "$events/sched/enable" ]
	if [ -e "$events/syscalls/sys_enter_setuid/enable" ]; then
		[ "$(<"$events/syscalls/sys_enter_setuid/enable")" = 0 ]
	fi
	stop
	tool -v -d 0.1
	refute grep -q 'users: ' err
	tool -v -u 1 -d 0.1
	grep -Eq 'users: (kprobe commit_creds|system calls and /proc): in use' err
	tool --check -u 1
	grep -Eq '^users: +(kprobe commit_creds|system calls and /proc): in use' \
	    out
}

@test "-u: what is no user, and one too many" {
	tool -u 'no such user' -d 0.1
	[ "$status" -eq 2 ]
	grep -q 'name or the number of a user' err
	options=()
	for _ in {1..17}; do
		options+=(-u 1)
	done
	tool "${options[@]}" -d 0.1
	[ "$status" -eq 2 ]
}
