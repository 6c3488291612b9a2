# The part of guest.sh for CPUs: those that are possible, but off, those that
# come and go while a tool traces; and, by it, for machines of other sizes.
# POSSIBLE, ONLINE: how many CPUs the host wants this guest to have.
CPUS=${CPUS:-300} # the size of its storms
cpu_dir=/sys/devices/system/cpu

number_of() { # FILE-OF-CPUS
	tr , '\n' <$cpu_dir/$1 |
		awk -F - 'NF { n += NF > 1 ? $2 - $1 + 1 : 1 } END { print n + 0 }'
}
# The second CPU that is online, or the first that may be: cpu, and the file that
# takes it off, switch. CPU 0 has none on most machines.
find_switch() {
	cpu=
	for switch in $cpu_dir/cpu[1-9]*/online; do
		[ -e "$switch" ] || continue
		if [ "$(cat $switch)" = 1 ] || echo 1 2>/dev/null >$switch; then
			cpu=${switch%/online}
			cpu=${cpu#$cpu_dir/cpu}
			return
		fi
	done
}
# Take CPUs off and on again, or on and off, four of them at most, while the file
# going is there.
come_and_go() {
	turns=0
	while [ -e going ]; do
		for f in $(ls -d $cpu_dir/cpu[1-9]*/online | head -n 4); do
			read -r was <$f
			echo $((1 - was)) 2>/dev/null >$f || continue
			usleep 20000
			echo $was >$f
			usleep 20000
			turns=$((turns + 1))
			echo $turns >turns
		done
	done
}
run_on() { # COUNT NAME: so many programs on the CPU
	i=0
	while [ $i -lt "$1" ]; do
		./oncpu $cpu ./nop-static CPU "$2" $i || echo "oncpu failed"
		i=$((i + 1))
	done
}
shown() { # NAME: how many of them
	awk -v name="$1" '$3 == "./nop-static" && $4 == "CPU" && $5 == name { n++ }
		END { print n + 0 }' o
}
wait_shown() { # COUNT NAME: within two seconds
	i=0
	until [ "$(shown "$2")" = "$1" ] || [ $i -gt 40 ]; do
		usleep 50000
		i=$((i + 1))
	done
	[ "$(shown "$2")" = "$1" ]
}

before >state
echo "# CPUs possible: $(cat $cpu_dir/possible), online: $(cat $cpu_dir/online)," \
	"$(awk '/^MemTotal/ { print $2 }' /proc/meminfo) KB of memory"
[ "${POSSIBLE:-$(number_of possible)} ${ONLINE:-$(number_of online)}" = \
	"$(number_of possible) $(number_of online)" ]
check "${POSSIBLE:-all} CPUs possible, ${ONLINE:-all} online" $? \
	"$(cat $cpu_dir/possible $cpu_dir/online)"
for program in ./execsnoop ./exitsnoop ./forksnoop ./proctree; do
	$program $more --check >o 2>e
	status=$?
	[ $status = 0 ] && grep -q '^result: *tracing works' o
	check "$program --check, CPUs as they are" $? "$status $(cat o e)"
done
program=./proctree
start -v -f
if [ "$buffer" = own ]; then
	kb=$(cat $T/instances/proctree-*/buffer_size_kb)
	stop
	# shellcheck disable=SC2046 # words
	set -- $(number_of online) $(sed -n 's/^MemTotal: *//p' /proc/meminfo)
	[ $(($1 * kb * 64)) -le "$2" ] || [ "$kb" -le 66 ]
	check "$1 buffers of $kb KB: at most 1/64 of $2 KB" $? "$(cat e)"
	[ $(($1 * kb)) -le 65536 ] && [ "$kb" -ge 60 ] &&
		grep -q "buffer: $kb KB per CPU, $(($1 * kb)) KB in total" e
	check "in total at most 64 MB, and told" $? "$(cat e)"
else
	stop
fi
execs_of "CPUs as they are" "$CPUS"
exits_of "CPUs as they are" "$CPUS"
forks_of "CPUs as they are" "$CPUS"
tree_and_truth "CPUs as they are" "$CPUS"
same_state "nothing left behind, CPUs as they are"

program=./execsnoop
find_switch
if [ -z "$cpu" ]; then
	skip "CPUs that come and go" "none has a switch"
else
	: >going
	come_and_go &
	switcher=$!
	execs_of "CPUs come and go" "$CPUS"
	exits_of "CPUs come and go" "$CPUS"
	forks_of "CPUs come and go" "$CPUS"
	tree_and_truth "CPUs come and go" "$CPUS"
	rm going
	wait $switcher
	[ "$(cat turns)" -gt 10 ]
	check "CPUs came or went $(cat turns) times" $?

	program=./execsnoop
	echo 0 >$switch
	start -r
	echo 1 >$switch
	run_on 10 came
	wait_shown 10 came
	check "a CPU that comes while it traces is read" $? "$(cat o e)"
	kill -STOP $tool
	run_on 50 goes
	echo 0 >$switch
	kill -CONT $tool
	wait_shown 50 goes
	check "what a CPU recorded before it went is read" $? \
		"$(shown goes) $(cat e)"
	echo 1 >$switch
	run_on 10 again
	wait_shown 10 again
	check "a CPU that comes again is read" $? "$(shown again) $(cat e)"
	kill -STOP $tool
	run_on 50 last
	echo 0 >$switch
	kill -INT $tool
	kill -CONT $tool
	wait $tool
	status=$?
	[ "$(shown last)" = 50 ]
	check "and also at the end" $? "$(shown last) $(cat e)"
	ended "CPUs taken off and on"
	echo 1 >$switch
fi
same_state "nothing left behind, CPUs that come and go"
program=./execsnoop
