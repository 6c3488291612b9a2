# The part of guest.sh for a machine on which nothing happens: the tools sleep,
# and yet are awake at once.
IDLE=${IDLE:-20} # seconds
voluntary() { # PID
	while read -r key value; do
		[ "$key" != voluntary_ctxt_switches: ] || echo "$value"
	done </proc/$1/status
}
# How many events it has been given: a kernel thread may begin meanwhile.
events() { # PID
	cat $T/instances/*-$1*/per_cpu/cpu*/stats 2>/dev/null |
		awk '/^(entries|read events):/ { n += $NF } END { print n + 0 }'
}

before >state
tools=
for program in ./execsnoop ./exitsnoop ./forksnoop ./proctree; do
	[ "$buffer" = own ] || [ -z "$tools" ] || break # one at a time
	start
	tools="$tools $tool"
done
mkfifo idle
exec 6<>idle
# They trust the kernel to wake them when it has done so a few times.
for i in 1 2 3 4 5 6; do
	/bin/true
	read -r -t 0.4 line <&6 || read -r -t 1 line <&6
done
read -r -t 2 line <&6
for tool in $tools; do
	events $tool >given.$tool
	voluntary $tool >woken.$tool
done
read -r -t "$IDLE" line <&6 # neither a fork nor an exec
exec 6>&-
for tool in $tools; do
	n=$(($(voluntary $tool) - $(cat woken.$tool)))
	given=$(($(events $tool) - $(cat given.$tool)))
	read -r name </proc/$tool/comm
	# An event wakes a tool, which then waits for more, and for a while.
	# What this loop itself began is an event, too.
	# Before 3.9 nobody wakes who polls.
	[ $n -le $((20 + IDLE / 10 + 3 * given)) ] || [ "$buffer" = top ]
	check "$name woke $n times in $IDLE idle seconds" $? "$given events"
done
for tool in $tools; do
	stop
	check "ends with 0 after idle seconds" $status
done
same_state "nothing left behind after idle seconds"

# Most of them: this machine may have been given no CPU in a moment.
./latency 15 ./nop-static ./execsnoop >o 2>e
check "latency itself" $? "$(cat e)"
sort -n o >sorted
median=$(sed -n 8p sorted)
[ "${median%.*}" -lt 50 ]
check "a line is readable after $median ms" $? "$(xargs <sorted)"

# What another program changes is reported within a second, put back, and a gap.
program=./execsnoop
before >state
start -v
dir=$T
[ "$buffer" = top ] || dir=$(echo $T/instances/*-$tool-*)
./nop-static TAG 1
echo 0 >$dir/tracing_on
sleep 1
grep -q 'tracing_on: another program has changed "1" to "0" (put back)' e
check "tracing_on=0 is reported within a second" $? "$(cat e)"
[ "$(cat $dir/tracing_on)" = 1 ]
check "and put back" $?
./nop-static TAG 2
echo >$dir/trace
for i in 1 2 3 4 5 6; do
	usleep 200000
	/bin/true
done
grep -q 'trace: another program has emptied the buffer' e
check "an emptied buffer is reported" $? "$(cat e)"
./nop-static TAG 3
usleep 300000
stop
check "ends with 0 after changes by another program" $status "$(cat e)"
grep -q 'events lost: .*another program has changed the trace' e
check "the changes are reported at the end" $? "$(cat e)"
[ "$(grep -c 'nop-static TAG [123]$' o)" = 3 ]
check "lines before and after the changes" $? "$(cat o)"
same_state "nothing left behind after changes by another program"

# Nothing but what happened: no report of a kernel that counts in another way.
start
./storm -n 200 -j 2 ./nop-static TAG >storm.out
usleep 1100000
/bin/true
usleep 200000
stop
! grep -q 'another program' e
check "no change, no report" $? "$(cat e)"
