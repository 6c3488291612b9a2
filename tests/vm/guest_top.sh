# The part of guest.sh for the kernel's own ring buffer, where there are no
# instances (2.6.32 to 3.15), or with --top-level.
N=${STORM:-2000}
LOCK=/var/tmp/.ftrace-lock
[ "$buffer" = top ] || more=--top-level

before >state
start -v
stop
check "starts and ends with 0" $status "$(cat e)"
sed -n 's/^execsnoop: \(method\|clock\|kprobe\)/# \1/p' e
grep -q 'that of the top level' e
check "the buffer of the top level" $? "$(cat e)"
grep -q 'method start_thread: kprobe start_thread: in use, self-test passed' e
check "method start_thread self-test passed" $? "$(cat e)"
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

# The methods that this kernel does not need.
for method in finalize_exec execve; do
	[ $method = execve ] || grep -q ' finalize_exec$' /proc/kallsyms || continue
	for prog in ./nop ./nop-static; do
		start -v --method=$method
		./storm -n 300 -j 2 -t truth $prog TAG >storm.out
		usleep 300000
		stop
		compare "method $method, storm of 300, $prog" $prog
		grep -q "method $method: kprobe .* in use, self-test passed" e
		check "method $method, self-test passed, $prog" $? "$(cat e)"
	done
done

# Programs for 32 bits, which 2.6.32 shows in no function of their own.
if [ -e nop32 ]; then
	FEWER=300
	exec_by "32-bit program" 'method start_thread: kprobe start_thread: in use' ./nop32 100
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
	[ $n = 1 ] || has_function 'strncpy_from_(unsafe|kernel_nofault)' ||
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

# Who else traces is left alone; -F overrides.
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
refused "events enabled" "events are enabled"
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
refused "events of another program" "holds 1 events"
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
	before | cmp -s - state
	check "kill -9 of $program leaves something" $((! $?))
	program=./execsnoop start
	program=./execsnoop stop
	same_state "kill -9 of $program: put back"
done

# For the host: the known workload, as JSON.
program=./execsnoop
start -j -r -a 30
./workload /t/nop-static >out/workload.txt
usleep 300000
stop
cp o out/exec.jsonl
# (Not what it says between two parts of a long line.)
./execsnoop $more -w out/rec -j -r -a 30 -- \
	sh -c './workload /t/nop-static >out/w.txt; :' >/dev/null 2>&1
./execsnoop -i out/rec -j -r -a 30 >out/replay.jsonl 2>&1

# Exits, forks and trees.
N=${EXITS:-2000}
exits_of "top level" "$N"
forks_of "top level" "$N"
tree_and_truth "top level" "$N"
same_state "all is as it was at the end"
program=./execsnoop
