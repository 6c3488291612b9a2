# In a guest with kprobes: the static tools against what really ran.
# Prints "ok NAME" or "not ok NAME: WHY" lines; the host counts them.
T=/sys/kernel/tracing
[ -e $T/trace ] || mount -t tracefs nodev $T
mkdir -p /lib && cp lib/* /lib/
ROW=${ROW:-start_thread} # where this architecture's arguments come from
N=${STORM:-10000}
LOSSY=${LOSSY:-2000} # with too small a buffer

. ./guest_lib.sh

before() {
	ls $T/instances; cat $T/kprobe_events $T/uprobe_events \
		$T/trace_options $T/tracing_on $T/trace_clock $T/set_event
}

before >state
start -v
stop
check "starts and ends with 0" $status "$(cat e)"
grep -q "$ROW: in use, proved itself" e
check "$ROW proved itself" $? "$(cat e)"
before | cmp -s - state
check "nothing left behind" $?

# Reading in vain skips events, so the tools never do (lib/reader.c): without
# that, nothing is skipped.
mkdir $T/instances/vain
echo 0 >$T/instances/vain/buffer_percent
echo 8192 >$T/instances/vain/buffer_size_kb
echo "# read in vain: $(./vain $T/instances/vain 5) (reads, skipped)"
echo >$T/instances/vain/trace
vain=$(./vain -p $T/instances/vain 5)
[ "${vain#* }" = 0 ] && [ "${vain% *}" -gt 1000 ]
check "polled first, nothing is skipped" $? "$vain"
rmdir $T/instances/vain
before | cmp -s - state
check "nothing left behind by vain" $?

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
echo 500 >/proc/sys/kernel/pid_max
rm -f said
start
./storm -n "$N" -j 2 -t truth ./sayppid TAG 3>>said >storm.out
usleep 300000
stop
echo 32768 >/proc/sys/kernel/pid_max
sort -n said >truth
compare "getppid with pid_max 500 of $N" ./sayppid

# The kernel follows the subtree, where it can be trusted to.
echo 4194304 >/proc/sys/kernel/pid_max
want='set_event_pid: the kernel'
[ "$(cat /proc/sys/kernel/pid_max)" = 4194304 ] || # 32-bit kernels have few
	want='set_event_pid: not used, pid_max is 32768'
start -v -r -- ./storm -n 200 -j 2 -t truth ./nop-static TAG
wait $tool
check "-- passes the status on" $? "$(cat e)"
grep -q "$want" e
check "$want" $? "$(cat e)"
echo 32768 >/proc/sys/kernel/pid_max
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
before | cmp -s - state
check "nothing left behind by any" $? "$(before | diff - state)"

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
mkdir -p out.d
./execsnoop --check -x >o 2>e
status=$?
cp o out.d/check
checked execsnoop 0 "arguments: +row [12], proved itself" \
	'kprobe_events: +yes' 'kprobes_enabled: +1' 'leftovers: +0' \
	'result: +tracing works'
for program in ./exitsnoop ./proctree; do
	$program --check >o 2>e
	status=$?
	checked ${program#./} 0 \
		'exit_status: +kprobe do_exit: in use, proved itself' \
		'result: +tracing works'
done
program=./execsnoop
without='row 5' # before 6.12 uprobes are not used
case $(uname -r) in 6.1[2-9]*) without='row 3, proved itself' ;; esac
su nobody -c "$PWD/execsnoop --check" >o 2>e
status=$?
checked nobody 1 'root: +no' 'result: .*need root.*'
echo 0 >/sys/kernel/debug/kprobes/enabled
./execsnoop --check >o 2>e
status=$?
checked "kprobes off" 0 "arguments: +$without" \
	'kprobes_enabled: +0' 'result: +tracing works, .*switched off.*'
echo 1 >/sys/kernel/debug/kprobes/enabled
start
kill -9 $tool
wait $tool 2>/dev/null
./forksnoop --check >o 2>e
status=$?
checked forksnoop 0 'leftovers: +[1-9][0-9]*, removed' \
	'result: +tracing works'
before | cmp -s - state
check "nothing left behind by --check" $? "$(before | diff - state)"

# For the host: the known workload, as JSON.
start -j -r -a 30
mkdir -p out.d
./workload /t/nop-static >out.d/workload.txt
usleep 300000
stop
cp o out.d/exec.jsonl
# (Not what it says between two parts of a long line.)
./execsnoop -w out.d/rec -j -r -a 30 -- \
	sh -c './workload /t/nop-static >out.d/w.txt; :' >/dev/null 2>&1
./execsnoop -i out.d/rec -j -r -a 30 >out.d/replay.jsonl 2>&1
mkdir -p /t/out && cp out.d/* /t/out/

. ./guest_exits.sh
. ./guest_tree.sh
. ./guest_arch.sh
