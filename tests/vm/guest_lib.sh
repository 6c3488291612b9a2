# What the scripts of guests share. Before anything else it looks what there is:
# T, the tracing directory; D, debugfs, or nothing; kprobes, the file that turns
# them off, or nothing; buffer: top where instances cannot be used (before 3.16,
# without saved_cmdlines_size), else own.
mounted() { awk -v type="$1" '$3 == type { print $2; exit }' /proc/mounts; }
T=$(mounted tracefs) D=$(mounted debugfs)
[ -n "$T" ] || T=$D/tracing
kprobes=$D/kprobes/enabled
[ -n "$D" ] && [ -e "$kprobes" ] || kprobes=
buffer=top
[ ! -e "$T/saved_cmdlines_size" ] || buffer=own
has_function() { grep -Eq " [tT] ($1)\$" /proc/kallsyms; }
ROW=finalize_exec # where this architecture's arguments come from
has_function start_thread && ROW=start_thread
pids() { echo "$1" >/proc/sys/kernel/pid_max; } # so many numbers
pid_max=$(cat /proc/sys/kernel/pid_max)
runs() { "$@" >/dev/null 2>&1; [ $? -lt 126 ]; }
[ -e nop32 ] && ! runs ./nop32 && rm -r nop32 i386 2>/dev/null
more= # options of every start

ok() { echo "ok $1"; }
no() { echo "not ok $1: $2"; }
skip() { echo "# skip $1: $2"; }
check() { # NAME CONDITION-RESULT DETAIL
	if [ "$2" = 0 ]; then ok "$1"; else no "$1" "$3"; fi
}

# All that a tool may touch; an event expands the buffers for good.
before() {
	ls $T/instances 2>/dev/null
	for f in kprobe_events uprobe_events trace_options tracing_on \
		trace_clock current_tracer set_event set_event_pid \
		buffer_percent; do
		cat $T/$f 2>/dev/null
	done
	sed 's/.*expanded: \([0-9]*\).*/\1/' $T/buffer_size_kb
	for f in $T/events/enable $T/events/*/*/filter; do
		read -r line <$f && echo "${f#$T} $line"
	done 2>/dev/null
	sed -n '/^entries/p' $T/per_cpu/cpu*/stats
	ls -A /var/tmp
}
same_state() { # NAME
	before >state.now
	cmp -s state.now state
	check "$1" $? "$(diff state state.now)"
}

# Where sched_clock() goes by ticks in this guest, wait4 is off by one:
# microseconds.
case $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource) in
tsc|arch_sys_counter) coarse=0 ;;
*) coarse=10000 ;;
esac

# Start the program with the arguments given; wait until it is armed.
program=./execsnoop
start() {
	rm -f o e
	$program $more "$@" >o 2>e &
	tool=$!
	i=0
	until [ -s o ] || grep -qs ': tracing' e || [ $i -gt 600 ] ||
		[ ! -e /proc/$tool/exe ]; do
		usleep 50000
		i=$((i + 1))
	done
}
stop() {
	kill -INT $tool
	wait $tool
	status=$?
}
# It ended well, and does not tell of a loss.
ended() { # NAME
	[ "$status" = 0 ] && ! grep -q lost e
	check "status 0 and no loss, $1" $? "$status $(cat e)"
}
# Does out have each of truth exactly once, right, and nothing else of TAG?
compare() { # NAME PROGRAM
	awk -v prog="$2" 'NR == FNR { p[$1] = $2; q[$1] = $3; ran[$2]; n++; next }
		$3 == prog && $4 == "TAG" {
			i = $5
			want = sprintf("%6d %6d %s TAG %s a%s b c%s",
				p[i], q[i], prog, i, i, i)
			sub(/ \[proc\]$/, "") # method execve asks /proc, too
			if ($0 != want) { bad++; if (bad < 4) print "got  " $0 "\nwant " want }
			seen[i]++
			next
		}
		$3 == prog || $1 in ran && $NF == "[?]" { other++ }
		END {
			for (i in p) { if (!seen[i]) miss++; if (seen[i] > 1) twice++ }
			printf "%d ran, %d wrong, %d missing, %d twice, %d without arguments\n",
				n, bad, miss, twice, other
			exit bad || miss || twice || other || !n
		}' truth o >cmp
	check "$1" $? "$(cat cmp) $(cat e)"
}

# All execs of a storm have a line, and right arguments or none: a part of NONE
# in a hundred at most. (Before 4.15 a number may come twice, at once.)
exec_by() { # NAME WORDS-OF-v PROGRAM-TO-RUN NONE
	start -v -j -r -a 9
	./storm -n "$FEWER" -j 2 -t truth "$3" TAG >storm.out
	check "storm itself, $1" $? "$(cat storm.out)"
	usleep 300000
	stop
	grep -q "$2" e
	check "$2, $1" $? "$(cat e)"
	awk -v prog="$3" -v most="$4" 'NR == FNR { i[$2] = $1; times[$2]++; n++; next }
		!index($0, "\"path\":\"" prog "\"") { next }
		{
			match($0, /"pid":[0-9]*/)
			pid = substr($0, RSTART + 6, RLENGTH - 6)
			seen[pid]++
			want = sprintf("\"args\":[\"%s\",\"TAG\",\"%s\",\"a%s\",\"b c%s\"]",
				prog, i[pid], i[pid], i[pid])
			if (/"args_state":"none"/)
				none++
			else if (times[pid] == 1 && !index($0, want) || (prog ~ /32/ && !/"args_state":"proc"/)) {
				bad++
				print $0, "want", want
			}
		}
		END {
			for (pid in i)
				if (seen[pid] != times[pid]) {
					bad++
					print i[pid], pid, "has", seen[pid] + 0, "lines"
				}
			print n, "execs,", none + 0, "without arguments"
			exit bad || !n || none * 100 > most * n
		}' truth o >cmp
	check "$1: $(tail -n 1 cmp)" $? "$(head -3 cmp)"
}

# All arguments of every exec of a storm whose programs have up to 3 KB of them,
# and nothing of the environment.
words_by() { # NAME PROGRAM-TO-RUN
	start -a 4000 -w rec
	WORDS_SECRET=of-the-environment ./storm -n "$WORDS" -j 2 -l 3072 \
		-t truth "$2" TAG >storm.out
	check "storm of words itself, $1" $? "$(cat storm.out)"
	usleep 300000
	stop
	check "ends with 0, $1" $status "$(cat e)"
	awk -v prog="$2" 'NR == FNR {
			pid = $2
			line = sprintf("%6d %6d %s TAG %s", $2, $3, prog, $1)
			sub(/^[^ ]* [^ ]* [^ ]*/, "")
			want[pid, ++ran[pid]] = line $0
			n++
			next
		}
		$3 != prog { next }
		$0 != want[$1, ++seen[$1]] {
			bad++
			print substr($0, 1, 200)
			print "want", substr(want[$1, seen[$1]], 1, 200)
		}
		END {
			for (pid in ran)
				if (seen[pid] != ran[pid]) {
					bad++
					print pid, "has", seen[pid] + 0, "lines"
				}
			print n, "execs with up to 3 KB of arguments"
			exit bad || !n
		}' truth o >cmp
	check "$1: $(tail -n 1 cmp)" $? "$(head -4 cmp) $(cat e)"
	cat o rec | grep -q of-the-environment
	check "nothing of the environment, $1" $((! $?))
}

# Storms of each kind, with the tool that they are for: all is shown, right, and
# nothing lost.
execs_of() { # NAME COUNT
	program=./execsnoop
	start
	./storm -n "$2" -j 2 -t truth ./nop-static TAG >storm.out
	check "storm itself, $1" $? "$(cat storm.out)"
	usleep 300000
	stop
	compare "$2 execs, $1 ($(cat storm.out))" ./nop-static
	ended "execsnoop, $1"
}
exits_of() { # NAME COUNT
	program=./exitsnoop
	start
	./exits -n "$2" -c -t truth >exits.out
	check "exits itself, $1" $? "$(cat exits.out)"
	usleep 300000
	stop
	awk -f exits.awk truth o >cmp
	check "$2 exits, $1 ($(cat exits.out))" $? "$(cat cmp; tail -3 e)"
	ended "exitsnoop, $1"
}
# (The kernel may give a number twice; 3.2 does so at once, now and then.)
forks_of() { # NAME COUNT
	program=./forksnoop
	start
	./storm -n "$2" -j 2 -t truth ./nop-static TAG >storm.out
	usleep 300000
	stop
	awk 'NR == FNR { p[$2] = 1; want[$2 + 0, $3 + 0]++; next }
		$1 in p { got[$1 + 0, $2 + 0]++; if ($3 !~ /^v?fork$/) { bad++; print } }
		END { for (i in want) if (got[i] != want[i]) { bad++; print i, got[i] }
			for (i in got) if (!(i in want)) { bad++; print i }
			exit bad || NR == FNR }' truth o >cmp
	check "$2 forks, $1" $? "$(head -3 cmp)"
	ended "forksnoop, $1"
}
tree_and_truth() { # NAME COUNT
	program=./proctree
	./proctree $more -o json -O tree -- ./family -n "$2" -t truth >o 2>e
	status=$?
	if grep -q 'family: subreaper: Invalid argument' e; then
		skip "tree, $1" "$(grep family: e)"
		return
	fi
	./treecheck truth tree >cmp
	check "tree of $2, $1: $(tail -n 1 cmp)" $? "$(head -5 cmp) $(cat e)"
	tail -n 1 e | grep -q " 0 events lost, " && status=0 && sed -i '$d' e
	ended "proctree, $1"
}

# What the tools have on this kernel without kprobes. without: the row that gives
# arguments then: method ldso needs uprobes that fetch from memory (3.14). hidden:
# signal_deliver does not show which signal ends a process, as on 4.4.178: where
# nothing else does, "?" is right.
look_without() {
	without='method proc' hidden=
	[ ! -e $T/uprobe_events ] ||
		! (echo 'p:look/memory /bin/busybox:0x0 a=+0(%sp):u64' \
			>>$T/uprobe_events) 2>/dev/null || {
		without='method ldso, self-test passed'
		echo '-:look/memory' >>$T/uprobe_events
	}
	echo 1 >$T/events/signal/signal_deliver/enable
	(sh -c 'kill -HUP $$') 2>/dev/null
	echo 0 >$T/events/signal/signal_deliver/enable
	grep -q 'signal_deliver: sig=[19] ' $T/trace || hidden=1
	echo >$T/trace
	echo "# without kprobes: $without${hidden:+, signals not known}"
}
