# The part of guest.sh for execsnoop and --check.
N=${STORM:-10000}
LOSSY=${LOSSY:-2000} # with too small a buffer

before >state
start -v
stop
grep -q "$ROW: in use, self-test passed" e
check "$ROW self-test passed" $? "$(cat e)"
same_state "nothing left behind"

# Reading in vain skips events, so the tools never do (lib/reader.c): without
# that, nothing is skipped.
mkdir $T/instances/vain
[ ! -e $T/instances/vain/buffer_percent ] ||
	echo 0 >$T/instances/vain/buffer_percent
echo 8192 >$T/instances/vain/buffer_size_kb
echo "# read in vain: $(./vain $T/instances/vain 5) (reads, skipped)"
echo >$T/instances/vain/trace
vain=$(./vain -p $T/instances/vain 5)
[ "${vain#* }" = 0 ] && [ "${vain% *}" -gt 1000 ]
check "polled first, nothing is skipped" $? "$vain"
rmdir $T/instances/vain
same_state "nothing left behind by vain"

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

# Every process says itself who its parent is, with pids reused all the time.
pids 500
rm -f said
start
./storm -n "$N" -j 2 -t truth ./sayppid TAG 3>>said >storm.out
usleep 300000
stop
pids $pid_max
sort -n said >truth
compare "getppid with pid_max 500 of $N" ./sayppid

# The kernel follows the subtree, where it can be trusted to.
pids 4194304
want='set_event_pid: the kernel'
[ -e $T/options/event-fork ] || want='set_event_pid: ' # before 4.7
[ "$(cat /proc/sys/kernel/pid_max)" = 4194304 ] || # 32-bit kernels have few
	want='set_event_pid: not used, pid_max is 32768'
start -v -r -- ./storm -n 200 -j 2 -t truth ./nop-static TAG
wait $tool
check "-- passes the status on" $? "$(cat e)"
grep -q "$want" e
check "$want" $? "$(cat e)"
pids $pid_max
# storm's own exec is the only other line; its output is in out as well
compare "-- shows all descendants" ./nop-static
[ "$(awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[0-9]+$/' o | wc -l)" = 201 ]
check "-- shows nothing else" $? "$(grep -v TAG o | head -3)"

# Failed execs: the path and the arguments come from the entry of execve.
start -x -r
./failer
usleep 200000
stop
for want in 'ENOENT /nonexistent/prog a' 'EACCES /dev/null x' \
	'ENOEXEC ./notaprogram y'; do
	n=$(grep -c " $want b c\$" o)
	[ "$n" = 1 ]
	check "-x: one line, $want" $? "$n: $(grep "${want%% *}" o)"
done
start -r
./failer
usleep 200000
stop
grep -q ' [axy] b c' o
check "no failed exec without -x" $((! $?)) "$(cat o)"

# A buffer that is too small: what is missing is told.
start -b 4 -j
./storm -n "$LOSSY" -j 2 -t truth ./nop-static TAG >/dev/null
usleep 300000
stop
lines=$(grep -c '"event":"exec".*nop-static' o)
lost=$(sed -n 's/.* \([0-9]*\) events lost.*/\1/p' e)
[ $((lines + ${lost:-0})) -ge "$LOSSY" ]
check "-b 4: $lines lines and ${lost:-0} lost events account for $LOSSY" $?

# kill -9, then the next start cleans up; a live one's things stay.
start
kill -9 $tool
wait $tool 2>/dev/null
./execsnoop -d 3 >o2 2>e2 &
other=$!
usleep 500000
start
[ "$(ls $T/instances | wc -l)" = 2 ]
check "leftover of kill -9 removed, live ones stay" $? "$(ls $T/instances)"
stop
wait $other
same_state "nothing left behind by any"

# --check: what works is told, and what would be lost; as a user, why not.
checked() { # NAME STATUS LINE...
	name="--check, $1"
	want=$2
	shift 2
	[ $status = "$want" ]
	check "$name: status $want" $? "$(cat o e)"
	for line; do
		grep -Eq "^$line\$" o
		check "$name: $line" $? "$(cat o e)"
	done
}
./execsnoop --check -x >o 2>e
status=$?
cp o out/check
checked execsnoop 0 "arguments: +method (start_thread|finalize_exec), self-test passed" \
	'kprobe_events: +yes' 'kprobes_enabled: +1' 'leftovers: +0' \
	'result: +tracing works'
for program in ./exitsnoop ./proctree; do
	$program --check >o 2>e
	status=$?
	checked ${program#./} 0 \
		'exit_status: +kprobe do_exit: in use, self-test passed' \
		'result: +tracing works'
done
program=./execsnoop
su nobody -c "$PWD/execsnoop --check" >o 2>e
status=$?
checked nobody 1 'root: +no' 'result: .*need root.*'
if [ -n "$kprobes" ]; then
	echo 0 >$kprobes
	./execsnoop --check >o 2>e
	status=$?
	checked "kprobes off" 0 "arguments: +$without" \
		'kprobes_enabled: +0' 'method_start_thread: +kprobes are switched off.*' \
		'result: +tracing works, .*switched off.*'
	echo 1 >$kprobes
	# On 3.16 a probe armed while they are off spoils its place for good.
	./execsnoop --check >o 2>e
	status=$?
	checked "kprobes on again" 0 "arguments: +method $ROW, self-test passed" \
		'kprobes_enabled: +1' 'result: +tracing works'
else
	skip "--check, kprobes off" "debugfs has no kprobes/enabled"
fi
start
kill -9 $tool
wait $tool 2>/dev/null
./forksnoop --check >o 2>e
status=$?
checked forksnoop 0 'leftovers: +[1-9][0-9]*, removed' \
	'result: +tracing works'
same_state "nothing left behind by --check"

# For the host: the known workload, as JSON.
start -j -r -a 30
./workload /t/nop-static >out/workload.txt
usleep 300000
stop
cp o out/exec.jsonl
# (Not what it says between two parts of a long line.)
./execsnoop -w out/rec -j -r -a 30 -- \
	sh -c './workload /t/nop-static >out/w.txt; :' >/dev/null 2>&1
./execsnoop -i out/rec -j -r -a 30 >out/replay.jsonl 2>&1
