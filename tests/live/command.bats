#!/usr/bin/env bats
# -- cmd: a command of our own.

load helper

setup_file()
{
	build nop sayppid orphan pty storm
}

@test "its exit status is ours" {
	while read -r expected script; do
		tool -H -- sh -c "$script"
		[ "$status" -eq "$expected" ]
	done <<-'EOF'
	0 :
	255 exit 255
	143 kill -TERM $$
	130 kill -INT $$
	EOF
}

@test "not found: 127; not executable: 126; one line names it" {
	: >plain
	tool -- ./missing
	[ "$status" -eq 127 ]
	grep -q '^execsnoop: \./missing: No such file' err
	tool -- missing-program-"$tag"
	[ "$status" -eq 127 ]
	tool -- ./plain
	[ "$status" -eq 126 ]
	grep -q '^execsnoop: \./plain: Permission denied' err
}

@test "its own exec is the first line, always" {
	for ((i = 0; i < 4; i++)); do
		"$EXECSNOOP" -- "$bin/sayppid" "$tag" >out 3>said 9>&-
		[ "$(wc -l <out)" -eq 2 ]
		read -r _ pid ppid <said
		[ "$(sed -n 2p out)" = "$(printf '%6d %6d %s %s' "$pid" \
		    "$ppid" "$bin/sayppid" "$tag")" ]
	done
}

@test "it starts when tracing is armed: the header comes first" {
	"$EXECSNOOP" -- echo "$tag" >out 9>&-
	[ "$(sed -n 1p out)" = "   PID   PPID ARGS" ]
	grep -qx "$tag" out
}

@test "only it and its descendants" {
	(
		until [ -e end ]; do
			"$bin/nop" "$tag" foreign
		done
	) 3>&- 9>&- &
	other=$!
	tools+=("$other")
	tool -- sh -c "\"$bin/nop\" $tag in
	    (sh -c '\"$bin/nop\" $tag in; :'; :)
	    \"$bin/storm\" -n 50 -j 3 \"$bin/nop\" $tag >/dev/null
	    :"
	: >end
	wait "$other"
	[ "$status" -eq 0 ]
	refute grep -q foreign out
	[ "$(lines_of "$bin/nop $tag in$" | wc -l)" -eq 2 ]
	[ "$(lines_of "$bin/nop $tag [0-9]* " | wc -l)" -eq 50 ]
	# The command, its shell, the storm, and those.
	[ "$(sed 1d out | wc -l)" -eq 55 ]
}

@test "a descendant whose parent is gone is shown too" {
	tool -- sh -c "\"$bin/orphan\" \"$bin/sayppid\" $tag 3>said >/dev/null
	    until [ -s said ]; do sleep 0.01; done"
	[ "$status" -eq 0 ]
	[ "$(lines_of "$bin/sayppid $tag$" | wc -l)" -eq 1 ]
}

@test "it ends with the command, not with what the command leaves behind" {
	begin=$(now_us)
	tool -- sh -c 'sleep 5 >/dev/null 2>&1 & echo $! >pid; exit 4'
	took=$(($(now_us) - begin))
	kill "$(cat pid)"
	[ "$status" -eq 4 ]
	[ "$took" -lt 3000000 ]
}

@test "its standard input is ours" {
	[ "$(echo "$tag" | "$EXECSNOOP" -H -- cat 2>/dev/null |
	    grep -cx "$tag")" -eq 1 ]
}

@test "its signals are those of a program that a shell starts" {
	tool -H -- grep -E '^Sig(Blk|Ign)' /proc/self/status
	[ "$status" -eq 0 ]
	grep '^Sig' out >with
	env --default-signal=INT,QUIT,HUP grep -E '^Sig(Blk|Ign)' \
	    /proc/self/status >without
	diff -u without with
	# And what is ignored on purpose stays so.
	(trap '' HUP; DEFAULTS=INT,QUIT; tool -H -- grep '^SigIgn' /proc/self/status; cat out) |
	    awk '/^SigIgn/ { exit !($2 ~ /[13579bdf]$/) }'
}

@test "what it ignores it was given: a background job's INT and QUIT" {
	cat >job.sh <<-'EOF'
		"$@" &
		wait
	EOF
	sh job.sh grep '^SigIgn' /proc/self/status >without
	sh job.sh "$EXECSNOOP" -H -- grep '^SigIgn' /proc/self/status \
	    2>/dev/null | grep '^SigIgn' >with
	cat with
	diff without with
}

@test "it has no descriptor of ours" {
	count='set -- /proc/self/fd/*; echo $# >fds'
	sh -c "$count" </dev/null >out 2>err 3>&- 9>&-
	mv fds fds.without
	tool -H -- sh -c "$count"
	diff -u fds.without fds
}

@test "a signal that is sent to us ends both" {
	for signal in TERM INT HUP; do
		rm -f out # of the round before
		background -- sleep 20 >out 2>err &
		tool_pid=$!
		tools+=("$tool_pid")
		until_true lines_of 'sleep 20'
		child=$(lines_of 'sleep 20' | awk '{ print $1 }')
		kill "-$signal" "$tool_pid"
		ended "$tool_pid"
		is_gone "$child"
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		[ -z "$(trace_of "$tool_pid")" ]
	done
}

@test "Ctrl-C in a terminal ends both" {
	snapshot >before
	"$bin/pty" 'sleep 20' '^C' "$EXECSNOOP" -- sleep 20 >out 2>&1 \
	    3>&- 9>&- &
	pty=$!
	tools+=("$pty")
	ended "$pty"
	cat out
	[ "$status" -eq 130 ]
	child=$(lines_of 'sleep 20' | awk '{ print $1, $2 }')
	is_gone "${child% *}"
	is_gone "${child#* }"
	left_nothing "${child#* }"
}

@test "Ctrl-C in a terminal before it could run: it is not run" {
	snapshot >before
	# It may be armed before the terminal is quick enough.
	for ((i = 0; i < 5; i++)); do
		rm -f ran
		"$bin/pty" 'clock: ' '^C' "$EXECSNOOP" -v -- touch ran \
		    >out 2>&1 3>&- 9>&- &
		pty=$!
		tools+=("$pty")
		ended "$pty"
		[ "$status" -ne 125 ] || break
	done
	cat out
	[ "$status" -eq 125 ]
	grep -q 'interrupted: touch was not run' out
	[ ! -e ran ]
	left_nothing
}

@test "Ctrl-C in a terminal, a command that takes its time" {
	snapshot >before
	"$bin/pty" 'ready' '^C' "$EXECSNOOP" -- sh -c \
	    'trap "echo cau""ght; exit 7" INT; echo rea""dy
	    while :; do sleep 0.05; done' \
	    >out 2>&1 3>&- 9>&- &
	pty=$!
	tools+=("$pty")
	ended "$pty"
	cat out
	[ "$status" -eq 7 ]
	# The terminal told it once; we do not tell it again.
	[ "$(grep -o caught out | wc -l)" -eq 1 ]
	tool_pid=$(lines_of 'sh -c' | awk '{ print $2; exit }')
	left_nothing "$tool_pid"
}

@test "Ctrl-C in a terminal ends a tool without a command" {
	"$bin/pty" 'PPID ARGS' '^C' "$EXECSNOOP" >out 2>&1 3>&- 9>&- &
	pty=$!
	tools+=("$pty")
	ended "$pty"
	[ "$status" -eq 0 ]
}

@test "in a terminal every line is there at once" {
	"$bin/pty" "nop $tag" '^C' "$EXECSNOOP" >out 2>&1 3>&- 9>&- &
	pty=$!
	tools+=("$pty")
	until_true [ -s out ]
	"$bin/nop" "$tag" 9>&-
	ended "$pty"
	[ "$status" -eq 0 ]
	lines_of "$bin/nop $tag"
}

@test "-d with a command: the tracing ends, the command goes on" {
	tool -d 0.3 -- sh -c "sleep 1; \"$bin/nop\" $tag; exit 5"
	[ "$status" -eq 5 ]
	refute lines_of "$bin/nop $tag"
	lines_of 'sh -c'
}

@test "it may be found by PATH, and may be a script without #!" {
	printf 'exit 6\n' >noformat
	chmod 755 noformat
	PATH=$PWD:$PATH tool -- noformat
	[ "$status" -eq 6 ]
	PATH=/nonexistent:$bin:$PATH tool -- nop "$tag"
	[ "$status" -eq 0 ]
	lines_of "nop $tag$"
	printf 'exit $(($# / 100))\n' >noformat
	# shellcheck disable=SC2046 # words
	tool -H -- ./noformat $(seq 5000)
	[ "$status" -eq 50 ]
}
