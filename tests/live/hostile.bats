#!/usr/bin/env bats
# Another user who has whoever looks wait (tests/prog/hang.c): the tools go on,
# what is that user's is marked, and a signal ends them.

load helper

setup_file()
{
	build forge-static hang hide liar-static nop parked-static storm
	# Where that user can reach it.
	mktemp -d >"$BATS_FILE_TMPDIR/public"
	public=$(<"$BATS_FILE_TMPDIR/public")
	cp "$bin"/* "$public"
	chmod 755 "$public" "$public"/*
}

teardown_file()
{
	rm -r "$(<"$BATS_FILE_TMPDIR/public")"
}

# hostile ARGUMENTS: hang, as a user in a user namespace; $hostile is its PID
hostile()
{
	public=$(<"$BATS_FILE_TMPDIR/public")
	: >hung
	# shellcheck disable=SC2086 # words
	$NOBODY unshare -Urm "$public/hang" "$@" >hung 2>err.hang 3>&- 9>&- &
	hostile=$!
	tools+=("$hostile")
	until_true grep -q ready hung
	hostile=$(sed 's/ready //' hung)
}

hostile_ends()
{
	kill -KILL "$hostile"
	until_true is_gone "$hostile"
}

# started [options]: start, at once
started()
{
	local begin

	begin=$(now_us)
	start "$@"
	took=$(($(now_us) - begin))
	echo "armed after $took us"
	[ "$took" -lt 3000000 ]
}

# stopped [SIGNAL]: stop, at once
stopped()
{
	local begin

	begin=$(now_us)
	stop "$@"
	took=$(($(now_us) - begin))
	echo "ended after $took us, status $status"
	[ "$took" -lt 1000000 ]
}

@test "memory that cannot be read: execsnoop -w has all others" {
	hostile lock
	for signal in INT TERM; do
		started -w rec -v
		other_runs
		stopped $signal
		other_is_whole
		[ "$signal" = TERM ] || [ "$status" -eq 0 ]
		"$EXITSNOOP" -a -i rec >replayed
		TOOL=$PROCTREE tool -i rec
	done
	hostile_ends
}

# Long enough for those that look at /proc.
other_runs()
{
	"$bin/parked-static" 0 "$tag" a b c 3>&- 9>&- &
	other=$!
	nap 0.3
	kill -KILL "$other"
	wait "$other" || :
	nap 0.3
}

other_is_whole()
{
	lines_of "$bin/parked-static 0 $tag a b c( \[proc\])?$"
}

@test "memory that cannot be read: exitsnoop -a and proctree mark it" {
	hostile lock
	TOOL=$EXITSNOOP
	started -a
	other_runs
	hostile_ends
	nap 0.3
	stopped
	grep -E "^ *$hostile .* hang .*\[\?\]$" out
	grep -E "$bin/parked-static 0 $tag a b c \[proc\]$" out
}

@test "memory that cannot be read: a snapshot, and a tree" {
	hostile lock
	TOOL=$PROCTREE
	begin=$(now_us)
	tool -s
	[ $(($(now_us) - begin)) -lt 3000000 ]
	[ "$status" -eq 0 ]
	grep -E "^ *$hostile .*hang" out
	refute grep "$hostile.*hang lock" out
	# The tool's own helper is no part of it.
	[ "$(grep -c "$PROCTREE -s" out)" -eq 1 ]
	started
	other_runs
	stopped
	grep "$bin/parked-static 0 $tag a b c" out
	hostile_ends
}

# Methods that look at /proc while the program runs.
@test "a hundred such processes: all lines of others within a second" {
	hostile lock
	started --method=proc
	public=$(<"$BATS_FILE_TMPDIR/public")
	# shellcheck disable=SC2086 # words
	for _ in $(seq 20); do
		$NOBODY unshare -Urm "$public/hang" lock >/dev/null 2>&1 3>&- \
		    9>&- &
		tools+=("$!")
		begin=$(now_us)
		"$bin/parked-static" 0 "$tag" 3>&- 9>&- &
		tools+=("$!")
		until_true parked_is_seen $!
		took=$(($(now_us) - begin))
		[ "$took" -lt 1000000 ] || fail "$took us"
	done
	stopped
	hostile_ends
}

parked_is_seen()
{
	grep -qE "^ *$1 .*parked-static 0 $tag( \[proc\])?$" out
}

@test "a program on a file system that does not answer: ldso goes on" {
	# It was there before.
	hostile program "$(<"$BATS_FILE_TMPDIR/public")/parked-static" @ "$tag"
	first=$hostile
	started -v -r --method=ldso
	hostile program "$(<"$BATS_FILE_TMPDIR/public")/parked-static" @ "$tag"
	other_runs
	other_is_whole
	nap 0.5
	grep -E "^ *$hostile .*parked-static [0-9]+ $tag( \[proc\])?\$" out
	refute grep "uprobe.*/mnt" err
	stopped
	hostile_ends
	hostile=$first
	hostile_ends
}

@test "no probe for a program of another user" {
	public=$(<"$BATS_FILE_TMPDIR/public")
	started -v --method=ldso
	# shellcheck disable=SC2086 # words
	for _ in 1 2 3; do
		$NOBODY timeout 0.2 "$public/parked-static" 0 "$tag" || :
		$NOBODY unshare -Ur timeout 0.2 "$public/parked-static" 0 \
		    "$tag" || :
	done
	nap 0.3
	refute grep "uprobe.*parked-static" err
	timeout 0.2 "$public/parked-static" 0 "$tag" || :
	until_true grep -q "uprobe $public/parked-static: in use from now on" err
	stopped
	# /proc had time to show the arguments.
	[ "$(grep -cE "$public/parked-static 0 $tag( \[proc\])?$" out)" -ge 7 ]
}

@test "memory that cannot be read: no uprobes, and forks go on" {
	hostile lock
	started -v
	grep -E "^execsnoop: method ldso: no uprobes: the memory of process $hostile " err ||
	    grep -E "^execsnoop: method (start_thread|finalize_exec): .* in use" err
	begin=$(now_us)
	/bin/true
	[ $(($(now_us) - begin)) -lt 1000000 ]
	stopped
	tool --check
	grep -E "^process_memory: +that of process $hostile cannot be read" out
	hostile_ends
	tool --check
	grep -E "^process_memory: +that of all processes can be read" out
}

@test "memory that cannot be read at the end: the uprobes stay for a while" {
	started -v
	grep "method ldso: .* in use" err || skip "no uprobes here"
	hostile lock
	stopped
	[ "$status" -eq 0 ]
	grep "left to the next tool that starts or ends: to remove uprobes" err
	[ -n "$(trace_of "$tool_pid")" ]
	hostile_ends
	tool -d 0.01
	[ -z "$(trace_of "$tool_pid")" ]
	left=$(trace_of "${tools[0]}")
	[ -z "$left" ] || fail "$left"
}

# Forged and hidden execs, failing calls, and processes that hang, until ./stop
# exists.
attacks()
{
	# shellcheck disable=SC2016 # of that shell
	$NOBODY unshare -Ur bash -c 'while [ ! -e stop ]; do
		"$1/forge-static" "$2"
		"$1/liar-static" first second
		"$1/hide" "$1/nop" x
		timeout 0.05 unshare -Urm "$1/hang" lock
	done >/dev/null 2>&1' attacks "$public" \
	    "$(ldd "$bin/nop" | grep -o '/[^ ]*ld-[^ ]*' | head -n 1)" \
	    3>&- 9>&- &
	attackers=$!
	tools+=("$attackers")
}

@test "beside all attacks: each exec of another user, right and unmarked" {
	many 10000
	public=$(<"$BATS_FILE_TMPDIR/public")
	open_to_all
	: >truth
	chmod a+rw truth
	start -v
	hostile lock
	first=$hostile
	hostile program "$public/parked-static" @ "$tag"
	attacks
	setpriv --reuid=65533 --regid=65533 --clear-groups \
	    "$public/storm" -n "$many" -j 4 -t truth "$public/nop" "$tag" \
	    >/dev/null 3>&- 9>&-
	: >stop
	wait "$attackers" || :
	stopped
	[ "$status" -eq 0 ]
	truth_lines "$public/nop" truth >expected
	[ "$(wc -l <expected)" -eq "$many" ]
	lines_of "$public/nop $tag " | sort >seen
	echo "$(wc -l <seen) of $many, lost $(told err)"
	comm -13 expected seen | head -n 10 >wrong
	cat wrong
	[ ! -s wrong ]
	[ $(($(wc -l <seen) + $(told err))) -ge "$many" ]
	for hostile in "$hostile" "$first"; do
		hostile_ends
	done
}
