# In a guest: the tools with the kernel's own ring buffer, where there are no
# instances (2.6.32 to 3.15), or with --top-level.
# Prints "ok NAME" or "not ok NAME: WHY" lines; the host counts them.
T=/sys/kernel/tracing
[ -e $T/trace ] || T=/sys/kernel/debug/tracing
[ -e $T/trace ] || mount -t tracefs nodev $T
N=${STORM:-2000}
LOCK=/var/tmp/.ftrace-lock
mkdir -p /var/tmp /lib && cp lib/* /lib/

. ./guest_lib.sh
[ -e $T/saved_cmdlines_size ] && more=--top-level

# All that a tool may touch; an event expands the buffers for good.
state() {
	cat $T/kprobe_events $T/uprobe_events $T/trace_options $T/tracing_on \
		$T/trace_clock $T/current_tracer $T/buffer_percent 2>/dev/null
	sed 's/.*expanded: \([0-9]*\).*/\1/' $T/buffer_size_kb
	for f in $T/events/enable $T/events/*/*/filter; do
		read -r line <$f && echo "${f#$T} $line"
	done 2>/dev/null
	sed -n '/^entries/p' $T/per_cpu/cpu*/stats
	ls -A /var/tmp
}
same_state() { # NAME
	state >state.now
	cmp -s state.now state
	check "$1" $? "$(diff state state.now)"
}

start # expands the buffers
stop
state >state
start -v
stop
check "starts and ends with 0" $status "$(cat e)"
sed -n 's/^execsnoop: \(row\|clock\|kprobe\)/# \1/p' e
grep -q 'that of the top level' e
check "the buffer of the top level" $? "$(cat e)"
grep -q 'row 1: kprobe start_thread: in use, proved itself' e
check "row 1 proved itself" $? "$(cat e)"
same_state "all is as it was"
start -b 512
stop
same_state "all is as it was after -b"

for prog in ./nop ./nop-static; do
	start
	./storm -n "$N" -j 2 -t truth $prog TAG >storm.out
	check "storm itself, $prog" $? "$(cat storm.out)"
	usleep 300000
	stop
	compare "storm of $N, $prog ($(cat storm.out))" $prog
	grep -q lost e
	check "no loss reported, $prog" $((! $?)) "$(cat e)"
done

# The rows that this kernel does not need.
for row in 2 4; do
	[ $row = 4 ] || grep -q ' finalize_exec$' /proc/kallsyms || continue
	for prog in ./nop ./nop-static; do
		start -v --row=$row
		./storm -n 300 -j 2 -t truth $prog TAG >storm.out
		usleep 300000
		stop
		compare "row $row, storm of 300, $prog" $prog
		grep -q "row $row: kprobe .* in use, proved itself" e
		check "row $row proved itself, $prog" $? "$(cat e)"
	done
done

# Programs for 32 bits, which 2.6.32 shows in no function of their own.
if [ -e nop32 ]; then
	FEWER=300
	exec_by "32-bit program" 'row 1: kprobe start_thread: in use' ./nop32 100
fi

# Failed execs: the path and the arguments come from the entry of execve.
start -v -x -r
./failer
usleep 200000
stop
for want in 'ENOENT /nonexistent/prog a' 'EACCES /dev/null x' \
	'ENOEXEC ./notaprogram y'; do
	n=$(grep -c " $want b c\$" o)
	# Before 4.4 a page that was not there yet cannot be read: "?".
	[ $n = 1 ] || [ "$(uname -r | cut -c1)" -gt 3 ] ||
		n=$(grep -c " ${want%% *} ? .*${want##* } b c\$" o)
	[ "$n" = 1 ]
	check "-x: one line, $want" $? "$n: $(grep "${want%% *}" o) $(cat e)"
done

# Lengths at which the text of an event would hang an old kernel.
start -r -j
./lengths /t/nop-static >truth
usleep 300000
stop
sed -n 's/.*"event":"exec".*"pid":\([0-9]*\),.*/\1/p' o |
	awk 'NR == FNR { seen[$1]++; next }
		seen[$3] != 1 { bad++; print $1, $2, seen[$3] + 0 }
		END { exit bad || FNR < 300 }' - truth >cmp
check "$(wc -l <truth) long arguments and paths: a line each" $? \
	"$(head -3 cmp) $(cat e)"

# Who else traces is left alone; -F insists.
refused() { # NAME WORDS
	./execsnoop $more -d 0.1 >o 2>e
	[ $? = 1 ] && grep -q "$2" e && [ "$(wc -l <e)" = 1 ]
	check "$1: refused with a clear word" $? "$(cat e)"
}
start
refused "a second tool" "execsnoop-$tool-.* uses it"
./forksnoop $more -F -d 0.1 >o2 2>e2
[ $? = 1 ]
check "a second tool: -F does not steal from it" $? "$(cat e2)"
stop
same_state "all is as it was after the first"
echo 1 >$T/events/sched/sched_switch/enable
refused "events enabled" "enabled events"
start -F
./nop-static TAG 1 2 3
usleep 200000
stop
grep -q './nop-static TAG 1 2 3' o
check "events enabled: -F shows all the same" $? "$(cat o e)"
[ "$(cat $T/events/sched/sched_switch/enable)" = 1 ]
check "events enabled: they still are" $?
echo 0 >$T/events/sched/sched_switch/enable
echo >$T/trace
sleep 100 <$T/trace_pipe &
reader=$!
usleep 200000
refused "a reader of trace_pipe" "process $reader reads it"
kill $reader
wait $reader 2>/dev/null
echo hello >$T/trace_marker
refused "events of somebody else" "holds 1 events"
echo >$T/trace
sleep 100 &
echo $! >$LOCK
refused "perf-tools' lock" "process $! has locked it"
kill $!
wait $! 2>/dev/null
start
stop
check "the lock of a dead one is taken" $status "$(cat e)"
same_state "all is as it was after that"

# kill -9: the next start puts everything back.
for program in ./execsnoop ./exitsnoop ./forksnoop ./proctree; do
	case $program in
	./proctree) start -f ;;
	*) start ;;
	esac
	kill -9 $tool
	wait $tool 2>/dev/null
	state | cmp -s - state
	check "kill -9 of $program leaves something" $((! $?))
	program=./execsnoop start
	program=./execsnoop stop
	same_state "kill -9 of $program: put back"
done

# For the host: the known workload, as JSON.
program=./execsnoop
start -j -r -a 30
mkdir -p out.d
./workload /t/nop-static >out.d/workload.txt
usleep 300000
stop
cp o out.d/exec.jsonl
# (Not what it says between two parts of a long line.)
./execsnoop $more -w out.d/rec -j -r -a 30 -- \
	sh -c './workload /t/nop-static >out.d/w.txt; :' >/dev/null 2>&1
./execsnoop -i out.d/rec -j -r -a 30 >out.d/replay.jsonl 2>&1
mkdir -p /t/out && cp out.d/* /t/out/

# Exits and forks.
N=${EXITS:-2000}
cp nop-static nop # for threads, which execs it
program=./exitsnoop
start -v
./exits -n "$N" -c -t truth >exits.out
check "exits itself" $? "$(cat exits.out)"
usleep 300000
stop
awk -f exits.awk truth o >cmp
check "$N exits ($(cat exits.out))" $? "$(cat cmp; tail -3 e)"
program=./forksnoop
start
./storm -n "$N" -j 2 -t truth ./nop-static TAG >storm.out
usleep 300000
stop
# (The kernel may give a number twice; 3.2 does so at once, now and then.)
awk 'NR == FNR { p[$2] = 1; want[$2 + 0, $3 + 0]++; next }
	$1 in p { got[$1 + 0, $2 + 0]++; if ($3 !~ /^v?fork$/) { bad++; print } }
	END { for (i in want) if (got[i] != want[i]) { bad++; print i, got[i] }
		for (i in got) if (!(i in want)) { bad++; print i }
		exit bad || NR == FNR }' truth o >cmp
check "$N forks" $? "$(head -3 cmp)"
program=./proctree
./proctree $more -o json -O tree -- ./family -n "$N" -t truth >o 2>e
if grep -q 'family: .*Invalid argument\|family: .*not implemented' e; then
	echo "# family needs Linux 3.17"
else
	./treecheck truth tree >cmp
	check "tree of $N: $(tail -1 cmp)" $? "$(head -5 cmp) $(cat e)"
fi
same_state "all is as it was at the end"
