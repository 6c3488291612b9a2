# The part of guest.sh for several tools at once, and other readers of trace pipes. From
# Linux 4.0 to 5.8 no instance can be removed while any trace pipe is open.
TWICE=${TWICE:-5} # runs beside another tool
leftovers() { ls $T/instances | grep -c snoop-; }

before >state
program=./execsnoop
start
stays=$tool
bad=0 told=0
i=0
while [ $i -lt $TWICE ]; do
	i=$((i + 1))
	./exitsnoop -- sh -c 'exit 5' >o2 2>e2
	[ $? = 5 ] || { bad=$((bad + 1)); cat e2; }
	[ "$(grep -c 'left to the next tool' e2)" -le 1 ] || bad=$((bad + 1))
	told=$((told + $(grep -c 'left to the next tool' e2)))
done
[ $bad = 0 ]
check "beside another tool: status 5, $TWICE of $TWICE ($told left behind)" $?
./forksnoop -d 0.5 >o2 2>e2
check "beside another tool: forksnoop -d ends with 0" $? "$(cat e2)"
./proctree -O tree -- sh -c 'exit 7' >o2 2>e2
[ $? = 7 ]
check "beside another tool: proctree" $? "$(cat e2)"
./proctree -s -O tree >o2 2>e2
check "beside another tool: proctree -s" $? "$(cat e2)"
./execsnoop --check >o2 2>e2 && grep -q '^result: *tracing works' o2
check "beside another tool: --check" $? "$(cat o2 e2)"
# It is used again: two at most, of which one is in use.
[ "$(leftovers)" -le 2 ]
check "beside another tool: one leftover at most" $? "$(ls $T/instances)"
[ "$told" = 0 ] || [ "$(leftovers)" = 2 ]
check "and it is there when it was told" $? "$told, $(ls $T/instances)"
./nop-static TAG 1
./execsnoop -H -- ./nop-static TAG 2 >o2 2>e2
[ "$(grep -c 'nop-static TAG 2$' o2)" = 1 ] && [ "$(wc -l <o2)" = 1 ]
check "the leftover is as good as new" $? "$(cat o2 e2)"
usleep 300000
tool=$stays
stop
check "the one that stayed ends with 0" $status "$(cat e)"
[ "$(grep -c '[0-9] ./nop-static TAG [12]$' o)" = 2 ]
check "and has seen all" $? "$(grep TAG o)"
before | cmp -s - state
check "and has removed what the others left" $? "$(before | diff - state)"

# Three that end at once, again and again.
i=0
while [ $i -lt $TWICE ]; do
	i=$((i + 1))
	tools=
	rm -f o.*
	for p in execsnoop exitsnoop forksnoop; do
		./$p >o.$p 2>e.$p &
		tools="$tools $!"
	done
	for p in execsnoop exitsnoop forksnoop; do
		n=0
		until [ -s o.$p ] || [ $n -gt 200 ]; do
			usleep 50000
			n=$((n + 1))
		done
	done
	kill -INT $tools
	for t in $tools; do
		wait $t || no "three at once" "status $?: $(cat e.*)"
	done
	before | cmp -s - state || no "three at once, $i" "$(before | diff - state)"
done
before | cmp -s - state
check "three that end at once: nothing left, $TWICE times" $?

# kill -9 beside another tool.
start
stays=$tool
./exitsnoop >o2 2>e2 &
other=$!
until [ -s o2 ]; do usleep 50000; done
kill -9 $other
wait $other 2>/dev/null
./forksnoop -d 0.2 >o2 2>e2
check "kill -9 of another, and a third one" $? "$(cat e2)"
tool=$stays
stop
before | cmp -s - state
check "kill -9 beside another tool: all is removed" $? "$(before | diff - state)"

# A reader that stays, as rasdaemon: one leftover at most.
mkdir $T/instances/foreign
sleep 1000 <$T/instances/foreign/per_cpu/cpu0/trace_pipe_raw &
reader=$!
i=0
while [ $i -lt 3 ]; do
	i=$((i + 1))
	./exitsnoop -- sh -c 'exit 5' >o2 2>e2
	[ $? = 5 ] && [ "$(leftovers)" -le 1 ]
	check "with a foreign reader, $i" $? "$(cat e2; ls $T/instances)"
done
# Somebody reads that leftover itself: it is not used.
left=$(ls $T/instances | grep snoop-)
if [ -n "$left" ]; then
	[ "$(cat $T/instances/$left/events/enable)" = 0 ] &&
		[ "$(cat $T/instances/$left/buffer_size_kb)" -lt 100 ]
	check "the leftover is silent and small" $?
	sleep 1000 <$T/instances/$left/trace_pipe &
	thief=$!
	./execsnoop -H -- ./nop-static TAG 3 >o2 2>e2
	[ "$(grep -c 'TAG 3$' o2)" = 1 ] && [ "$(leftovers)" = 2 ]
	check "a leftover that somebody reads is not used" $? "$(cat o2 e2)"
	kill $thief
	wait $thief 2>/dev/null
fi
kill $reader
wait $reader 2>/dev/null
rmdir $T/instances/foreign
./forksnoop -d 0.1 >o2 2>e2
before | cmp -s - state
check "without it, the next one removes all" $? "$(before | diff - state)"
