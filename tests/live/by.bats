#!/usr/bin/env bats
# exitsnoop, proctree: who sent the signal that killed a process is who did
# (tests/prog/killed.c), or it is not known.

load helper

TOOL=$EXITSNOOP
# A network namespace of its own has no taskstats.
NO_STATS='unshare -n'

setup_file()
{
	build killed nop pty
}

# by [FILE]: lines of -j as "PID SIGNAL WHY SENDER COMM"
by()
{
	jq -r 'select(.signal) | [.pid, .signal, .by.why // "?", .by.pid // 0,
	    .by.comm // "-"] | join(" ")' "${1:-out}"
}

# sleeper: a process that sleeps, $sleeper
sleeper()
{
	sleep 100 3>&- 9>&- &
	sleeper=$!
	until_true sleeps "$sleeper"
}

sleeps()
{
	[ "$(<"/proc/$1/comm")" = sleep ]
}

# right: each victim of ./truth has its sender in ./got
right()
{
	awk '
	NR == FNR { got[$1] = $3 " " $4 " " $5; next }
	{ want = $3 " " $4 " " $5; n++ }
	got[$1] != want && bad++ < 10 {
		print "wrong: " $6 ", pid " $1 ": " got[$1] ", not " want
	}
	END {
		print n " killed, " bad + 0 " wrong"
		exit !n || bad
	}' got truth
}

# of PID: what BY says of it, in lines of -x
of()
{
	awk -v p="$1" '$1 == p { print $5, $6 ($7 == "" ? "" : " " $7) }' out
}

@test "1,000 processes that are killed in every way: by whom; a recording too" {
	start -j -w rec
	"$bin/killed" -n 1056 truth
	stop
	[ "$status" -eq 0 ]
	quiet
	by >got
	right
	"$EXITSNOOP" -j -i rec >again
	same out again
}

@test "the same without taskstats" {
	under=$NO_STATS start -j
	"$bin/killed" -n 220 truth
	stop
	by >got
	right
}

@test "-x: a shell, a program, a terminal, a time-out; - and ? have their place" {
	start -x
	sleeper
	one=$sleeper
	kill "$one"
	wait "$one" || :
	sleeper
	two=$sleeper
	env kill -KILL "$two" &
	env=$!
	wait "$two" || :
	wait "$env"
	sh -c 'exit 3' &
	three=$!
	wait "$three" || :
	"$bin/pty" ready '^C' sh -c 'echo $$ >pid; exec perl -e "
	    \$| = 1; print qq(ready\n); sleep 100"' || [ $? -eq 130 ]
	timeout 0.1 sleep 100 9>&- &
	timeout=$!
	wait "$timeout" || :
	stop
	quiet
	head -n 1 out | grep -Eq 'EXIT +BY$'
	[ "$(of "$one")" = "SIGTERM $$ bash" ]
	[ "$(of "$two")" = "SIGKILL $env kill" ]
	[ "$(of "$three")" = "3 -" ]
	[ "$(of "$(<pid)")" = "SIGINT kernel" ]
	awk -v p="$timeout" '$2 == p && $5 " " $6 " " $7 == "SIGTERM " p " timeout" {
		found = 1
	} END { exit !found }' out
}

# In a namespace of its own, -1 is everybody else, and PIDs are others.
@test "kill -1, and another pid namespace" {
	start -j
	unshare -p -f --mount-proc bash -c "
		(exec -a in-$tag sleep 100) & (exec -a in-$tag sleep 100) &
		sleep 0.2
		exec -a x perl -e '\$0 = \"all\"; \$SIG{TERM} = \"IGNORE\";
		    kill(\"TERM\", -1); sleep 1'" 9>&- &
	unshare=$!
	wait "$unshare" || :
	unshare -p -f sleep 100 9>&- &
	unshare=$!
	until_true has_child "$unshare"
	child=$(pgrep -P "$unshare")
	kill -KILL "$child"
	wait "$unshare" || :
	stop
	[ "$(jq -r 'select(.signal == "SIGTERM" and .comm == "sleep" and
	    .by.why == "user") | .by.comm' out | sort | uniq -c |
	    awk '$1 >= 2 { print $2 }')" = all ]
	[ "$(by | grep "^$child ")" = "$child SIGKILL user $$ bash" ]
}

has_child()
{
	pgrep -P "$1" >/dev/null
}

# A group whose processes may have 16 MB, of either version of cgroups.
memory_group()
{
	group=/sys/fs/cgroup/memory/$tag
	if mkdir "$group" 2>/dev/null; then
		echo 16M >"$group/memory.limit_in_bytes"
		return
	fi
	group=/sys/fs/cgroup/$tag
	mkdir "$group"
	echo 16M >"$group/memory.max"
}

@test "the OOM killer" {
	memory_group
	start -x
	bash -c 'echo $$ >"$1/cgroup.procs"; echo $$ >pid
	    exec perl -e "my \$s = q(x) x (200 << 20)"' bash "$group" 9>&- &
	wait $! || :
	bash -c 'kill -KILL $$' &
	other=$!
	wait "$other" || :
	stop
	rmdir "$group"
	[ "$(of "$(<pid)")" = "SIGKILL OOM killer" ]
	[ "$(of "$other")" = "SIGKILL itself" ]
}

@test "a status of 137 is no signal" {
	start -x -j
	bash -c 'exit 137' &
	pid=$!
	wait "$pid" || :
	stop
	jq -se --argjson p "$pid" 'map(select(.pid == $p) |
	    [.exit, .signal, .by]) == [[137, null, null]]' out
}

@test "a name that another process chose is escaped" {
	start -x
	sleeper
	pid=$sleeper
	perl -e '$0 = "a b]\n"; kill "TERM", shift' "$pid" &
	sender=$!
	wait "$pid" || :
	wait "$sender"
	stop
	[ "$(of "$pid")" = "SIGTERM $sender a\\x20b]\\n" ]
}

@test "exec: what is pending stays, and who sent it" {
	start -j
	bash -c 'trap "" TERM; exec perl -e "
	    use POSIX;
	    sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM));
	    \$SIG{TERM} = q(DEFAULT);
	    system(q(kill -TERM ) . \$\$);
	    exec q(perl), q(-e), q(use POSIX;
		sigprocmask(SIG_UNBLOCK, POSIX::SigSet->new(SIGTERM));
		sleep 5)"' 9>&- &
	pid=$!
	wait "$pid" || :
	stop
	by | grep -E "^$pid SIGTERM user [0-9]+ (sh|kill)$"
}

@test "-p: a sender outside of the subtree" {
	bash -c 'sleep 100 & echo $! >child; read -r _; :' <never 9>&- &
	shell=$!
	until_true test -s child
	start -x -p "$shell"
	kill -TERM "$(<child)"
	until_true grep -q SIGTERM out
	stop
	cat out err
	[ "$(of "$(<child)")" = "SIGTERM $$ bash" ]
	kill "$shell"
}

@test "proctree: a note, and JSON" {
	TOOL=$PROCTREE
	tool -- bash -c "sleep 100 & sleep 0.2; kill \$!; '$bin/killed' -n 44 truth; :"
	grep -Eq 'SIGTERM .* sleep 100 \[by [0-9]+ bash\]$' out
	grep -Eq 'SIGSEGV .* \[by the kernel\]$' out
	grep -Eq 'SIGABRT .* \[by itself\]$' out
	tool -j -- "$bin/killed" -n 44 truth
	jq -c '.processes[]' out >lines
	by lines >got
	right
}

# A small buffer, and nobody reads it: what is lost is not known, and not wrong.
@test "after a loss: right, or not known" {
	start -j -b 4
	for ((i = 0; i < 3; i++)); do
		kill -STOP "$tool_pid"
		for ((k = 0; k < 300; k++)); do
			"$bin/nop"
		done
		(
			nap 0.05
			kill -CONT "$tool_pid"
		) 3>&- &
		"$bin/killed" -n 110 "truth$i"
		wait $!
	done
	stop
	cat err
	cat truth? >truth
	by | awk '$3 != "?"' >known
	awk 'NR == FNR { got[$1] = $3 " " $4 " " $5; next }
	    $1 in got { known[$1] = 1 }
	    $1 in got && got[$1] != $3 " " $4 " " $5 {
		print "wrong: " $0 ": " got[$1]
		bad = 1
	    }
	    END { for (p in known) n++; print n " known"; exit bad || !n }' \
	    known truth
	grep -Eq '^exitsnoop: (at least )?[0-9]+ events lost' err
}
