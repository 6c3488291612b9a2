# The part of guest.sh for exitsnoop and forksnoop: three sources of statuses,
# by taking away the better ones.
EXITS=${EXITS:-20000}
RUSAGE=${RUSAGE:-200}
FEWER=${FEWER:-4000} # of the sources that kernels with kprobes do not need
WORDS=${WORDS:-3000} # programs with many words
KILLED=${KILLED:-1056}
mv nop nop-shared
cp nop-static nop # for threads, which execs it

# NAME COUNT EXPECTED-WORDS-OF-v [ANY [HIDDEN]]: with the tool that is in $program
exits_by() {
	start -v
	./exits -n "$2" -c -t truth >exits.out
	check "exits itself" $? "$(cat exits.out)"
	usleep 300000
	stop
	check "exitsnoop ends with 0, $1" $status "$(cat e)"
	grep -q "$3" e
	check "$1 in use" $? "$(cat e)"
	awk -v any="$4" -v hidden="$5" -f exits.awk truth o >cmp
	check "$2 exits, $1 ($(cat exits.out))" $? "$(cat cmp; tail -3 e)"
	grep -q lost e
	check "no loss reported, $1" $((! $?)) "$(cat e)"

	start -L
	./threads /t >truth
	check "threads itself" $? "$(cat truth)"
	usleep 300000
	stop
	# Who of several threads dumps core only a kprobe tells.
	[ "$1" = "kprobe do_exit" ]
	awk -v any=$? -v hidden="$hidden" 'function status(s) {
			return s == 9 ? "SIGKILL" : s == 15 ? "SIGTERM" :
			    s == 11 ? (any ? "SIGSEGV+core?" : "SIGSEGV") :
			    s / 256
		}
		NR == FNR { case_of[$2] = $1; tids[$2] = $3; name[$2] = $5
			end[$2] = $1 == "leader-plain" ? "?" : status($4); n++
			if ($1 == "exec-thread") tids[$2]--
			next }
		!($1 in case_of) { next }
		$1 != $2 { threads[$1]++; next }
		{
			seen[$1]++
			if ($4 != name[$1] || $6 != end[$1] &&
			    !(hidden && $6 == "?" && end[$1] ~ /^SIG(KILL|TERM)$/)) {
				bad++
				print
			}
		}
		END {
			for (p in case_of)
				if (seen[p] != 1 || threads[p] != tids[p]) {
					bad++
					print case_of[p], seen[p], threads[p]
				}
			exit bad || n < 11
		}' truth o >cmp
	check "threads, $1" $? "$(cat cmp)"
}

before >state
program=./exitsnoop
exits_by "kprobe do_exit" "$EXITS" 'kprobe do_exit: in use, self-test passed'

# Numbers that are used again all the time, and the same from the recording.
pids 500
start -w rec -t -a
./exits -n "$EXITS" -t truth >/dev/null
usleep 300000
stop
pids $pid_max
cut -c18- o >o.short
awk -f exits.awk truth o.short >cmp
check "$EXITS exits with pid_max 500" $? "$(cat cmp e)"
[ "$(awk '$4 ~ /^e[0-9]/ && $7 " " $8 != "./exits -n"' o | wc -l)" = 0 ]
check "arguments of the last exec" $? "$(tail -2 o)"
./exitsnoop -i rec -t -a >replayed
cmp -s o replayed
check "the same from the recording" $? "$(diff o replayed | head -4)"

# A kernel thread: the monitor of a pressure trigger.
if [ -e /proc/pressure/cpu ]; then
	start
	(echo "some 150000 1000000" >&5; usleep 100000) 5<>/proc/pressure/cpu
	usleep 300000
	stop
	grep -Eq ' psimon +[0-9.]+ 0$' o
	check "a kernel thread ends" $? "$(ls /proc/pressure; cat o)"
else
	skip "a kernel thread ends" "no /proc/pressure/cpu"
fi

# Who sent signals; "?" is granted for a system call that seccomp forbids, which
# older kernels end without a signal, and before Linux 3.4, where signal_generate
# does not say what became of a signal.
killed_by() { # NAME
	start -x -v
	./killed -n "$KILLED" truth
	check "killed itself" $? "$(tail -1 truth)"
	usleep 300000
	stop
	grep -q 'signal_generate: in use, self-test passed' e
	check "senders of signals, $1" $? "$(cat e)"
	grep -q result $T/events/signal/signal_generate/format
	awk -v old=$? 'NR == FNR {
			want[$1] = $3 == "user" ? $4 " " $5 : $3
			if ($3 == "self") want[$1] = "itself"
			kind[$1] = $6
			n++
			next
		}
		$1 in want {
			seen++
			by = $6 ($7 == "" ? "" : " " $7)
			if (by == want[$1]) { right++; next }
			if (by == "?" && (kind[$1] == "seccomp" || old)) next
			bad++
			print kind[$1] ": " by ", want " want[$1]
		}
		END {
			print seen + 0, "seen,", right + 0, "right,", bad + 0, "wrong"
			exit bad || seen != n || right < n / 2
		}' truth o >cmp
	check "$(wc -l <truth) killed, $1 ($(tail -1 cmp))" $? "$(head -8 cmp)"
}
if [ -e $T/events/signal/signal_generate ]; then
	killed_by best
else
	skip "who sent signals" "no signal_generate"
fi

# What the OOM killer kills, by the key for that (SysRq f).
oom_by() { # WORDS-OF-v
	start -x -v
	sh -c 'cd /proc/self; echo 1000 2>/dev/null >oom_score_adj || echo 15 >oom_adj
		exec sleep 100' &
	victim=$!
	usleep 300000
	echo f >/proc/sysrq-trigger
	wait $victim 2>/dev/null
	usleep 300000
	stop
	grep -q "oom killer: $1: in use" e
	check "$1 in use" $? "$(cat e)"
	grep -Eq "^ *$victim .* SIGKILL +OOM killer" o
	check "the OOM killer, $1" $? "$(cat o)"
}
if [ -e $T/events/signal/signal_generate ] && [ -e $T/kprobe_events ] &&
	[ -e /proc/sysrq-trigger ] &&
	has_function oom_kill_process; then
	oom_by 'kprobe oom_kill_process'
else
	skip "the OOM killer, by a kprobe" "no signal_generate, kprobes, SysRq or function"
fi

usage_by() {
	start -R -v
	./rusage -n "$RUSAGE" >truth
	usleep 300000
	stop
	grep -q 'taskstats: in use' e
	check "taskstats in use" $? "$(cat e)"
	awk -v coarse="$coarse" '
		function off(a, b) { return a > b ? a - b : b - a }
		NR == FNR { t[$1] = $2 + $3; m[$1] = $4; n++; next }
		$3 == "rusage" && ($1 in t) {
			seen++
			cpu = substr($6, 1 + 2 * ($6 ~ /=/)) * 1e6
			exact += $6 !~ /=/
			if ($6 == "?" || $6 ~ />=/ && cpu > t[$1] + 1 + coarse ||
			    $6 ~ /<=/ && cpu < t[$1] - 1 - coarse ||
			    $6 !~ /=/ && off(cpu, t[$1]) > 100 + coarse &&
			    off(cpu, t[$1]) > t[$1] / 20 + coarse ||
			    off($10, m[$1]) > m[$1] / 100) {
				bad++
				print $0, "want", t[$1], m[$1]
			}
		}
		END {
			print seen, "seen,", exact + 0, "exact,", bad + 0, "wrong"
			exit bad || seen != n || !n
		}' truth o >cmp
	check "-R of $RUSAGE processes is what wait4 says" $? "$(head -4 cmp; tail -1 cmp)"
}
usage_by

# What a machine has where these are missing.
if [ -n "$kprobes" ]; then
	echo 0 >$kprobes
	# Linux 4.20 or later sends it as the kernel, and not as kill(2).
	if [ -e $T/events/oom/mark_victim ] && [ -e /proc/sysrq-trigger ] &&
		[ "$(uname -r | cut -d. -f1)" -ge 5 ]; then
		oom_by mark_victim
	else
		skip "the OOM killer, by mark_victim" "no such event, no SysRq, or Linux 4"
	fi
	exits_by "taskstats" "$FEWER" \
		'exit status: taskstats: in use, self-test passed'
	printf '#!/bin/sh\nexec unshare -n ./exitsnoop "$@"\n' >nonet
	chmod 755 nonet
	if runs unshare -n true && [ -d $T/events/syscalls ]; then
		program=./nonet
		exits_by "exit_group and signals" "$FEWER" \
			'exit_group and signals: in use' 1 $hidden
	else
		skip "exits by exit_group and signals" \
			"no net namespaces, or no events of system calls"
	fi
	echo 1 >$kprobes
else
	skip "exits without kprobes" "debugfs has no kprobes/enabled"
fi

program=./forksnoop
start
./exits -n "$EXITS" -t truth >/dev/null
usleep 300000
stop
awk 'NR == FNR { pid[$2] = $3; n++; next }
	$4 == "exits" && $3 == "fork" && pid[$1] == $2 { seen++ }
	END { print seen, "of", n; exit seen != n || !n }' truth o >cmp
check "$EXITS forks" $? "$(cat cmp e)"
start -L
./threads /t >truth
usleep 300000
stop
awk 'NR == FNR { tids[$2] = $3; next }
	$1 in tids { if ($4 == "thread") threads[$1]++; else forks[$1]++ }
	END { for (p in tids) bad += forks[p] != 1 || threads[p] != tids[p]
		exit bad > 0 }' truth o
check "forks of threads" $? "$(cat truth)"
same_state "nothing left behind by these"
program=./execsnoop
