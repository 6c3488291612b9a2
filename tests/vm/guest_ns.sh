# The part of guest.sh for the tools in a pid namespace and a time namespace of their own.
# The numbers that they show are the guest's, which the truth has that it says
# itself.
FEWER=${FEWER:-300}
host=$program
nested='not the first pid namespace: PIDs are the host'

# as NAME: the tool of that name, inside, with a /proc of its own
as() { program="./inside -p -m ./$1"; }

notes() { # NAME: one line says so
	[ "$(grep -c "$nested" e)" = 1 ]
	check "says that the PIDs are the host's, $1" $? "$(cat e)"
}

# "PID PPID" of the truth and of what awk finds in out.
same_parents() { # NAME PROGRAM-OF-AWK
	awk '{ print $2, $3 }' truth | sort >want
	awk "$2" o | sort >got
	[ -s want ] && cmp -s want got
	check "$1" $? "$(diff want got | head -4) $(cat e)"
}

# Has the tree a process with these parents for each of the truth?
same_tree() { # NAME
	sed -n 's/.*"id":\([0-9]*\),"parent":\([0-9]*\),"pid":\([0-9]*\),.*/\1 \2 \3/p' o |
		awk 'NR == FNR { want[$2] = $3; n++; next }
			{ pid[$1] = $3; up[$3] = $2 }
			END {
				for (p in want)
					bad += pid[up[p]] != want[p]
				print n, "of the truth,", bad + 0, "not so"
				exit bad || !n
			}' truth - >cmp
	check "$1" $? "$(cat cmp) $(cat e)"
}

left() { # PID-INSIDE: what it has in tracefs, of another pid namespace
	{
		ls $T/instances
		cat $T/kprobe_events $T/uprobe_events
	} 2>/dev/null | grep -E "snoop[-_]$1[-_][0-9]+[-_][0-9]+[-_]L"
}

run_pid_namespaces() {
	as execsnoop
	start -v
	./storm -n "$FEWER" -j 2 -t truth ./nop-static TAG >storm.out
	usleep 300000
	stop
	compare "execsnoop in a pid namespace" ./nop-static
	notes execsnoop
	grep -q 'self-test passed' e
	check "a method passed its self-test in a pid namespace" $? "$(cat e)"

	as exitsnoop
	start
	./storm -n "$FEWER" -j 2 -t truth ./nop-static TAG >storm.out
	usleep 300000
	stop
	same_parents "exitsnoop in a pid namespace" \
		'$3 == "nop-static" && $5 == 0 { print $1, $2 }'

	as forksnoop
	start
	./storm -n "$FEWER" -j 2 -t truth ./nop-static TAG >storm.out
	usleep 300000
	stop
	callers=$(awk '{ print $3 }' truth | sort -u | tr '\n' '|')
	same_parents "forksnoop in a pid namespace" \
		"\$2 ~ /^(${callers%|})\$/ { print \$1, \$2 }"

	as proctree
	start -o json
	./storm -n "$FEWER" -j 2 -t truth ./nop-static TAG >storm.out
	usleep 300000
	stop
	same_tree "proctree in a pid namespace"

	# What runs inside is seen outside under the same numbers.
	start_outside
	as execsnoop
	start -- ./storm -n 100 -j 2 -t inner ./nop-static TAG
	wait $tool
	check "status of a command in a pid namespace" $? "$(cat e)"
	stop_outside
	grep ' \./nop-static TAG ' o | sort >got
	grep ' \./nop-static TAG ' outside | sort >want
	[ "$(grep -c . want)" = 100 ] && cmp -s want got
	check "a command in a pid namespace" $? "$(diff want got | head -4)"
	$program -- sh -c 'exit 7' >o 2>e
	[ $? = 7 ]
	check "its own status" $? "$(cat e)"
}

start_outside() {
	$host $more >outside 2>outside.err &
	outside=$!
	until [ -s outside ]; do usleep 50000; done
}
stop_outside() {
	kill -INT $outside
	wait $outside
}

# A process that forks until there is no $1.
victim() {
	: >"$1"
	while [ -e "$1" ]; do
		./nop-static of "$1"
		usleep 100000
	done
}

run_proc() {
	mkdir -p host
	mount -o bind /proc host || mount --bind /proc host
	victim running &
	pid=$!
	program="./inside -p -m ./execsnoop"
	start --proc host -p $pid
	usleep 800000
	stop
	awk 'NR > 1 && $2 != want { bad++ } NR > 1 { n++ }
		END { exit bad || !n }' want=$pid o
	check "--proc, -p PID" $? "$(cat o e)"
	refused=$(grep -c 'see' e)
	check "--proc: all is known" "$refused" "$(cat e)"
	start -p $pid
	usleep 800000
	stop
	awk 'NR > 1 && $2 != want { bad++ } NR > 1 { n++ }
		END { exit bad || !n }' want=$pid o &&
		grep -q "pid $pid: it cannot be seen" e
	check "-p PID that cannot be seen" $? "$(cat o e)"
	$program --proc /proc -d 0.1 >o 2>e
	[ $? = 1 ] && grep -q 'not that of the first pid namespace' e
	check "--proc of another namespace is refused" $? "$(cat e)"
	# A /proc that shows the host's PIDs, in a pid namespace.
	program="./inside -p ./execsnoop"
	start -p $pid
	usleep 800000
	stop
	awk 'NR > 1 && $2 != want { bad++ } NR > 1 { n++ }
		END { exit bad || !n }' want=$pid o && ! grep -q 'see' e
	check "/proc of the host in a pid namespace" $? "$(cat o e)"
	notes "with the host's /proc"
	rm running
	wait $pid
	umount host
}

run_sweeps() {
	as execsnoop
	start
	[ -n "$(left 1)" ]
	check "its things have its namespace in their names" $? \
		"$(ls $T/instances)"
	# On the host, and in another container, it is not swept.
	./forksnoop -d 0.01 >/dev/null 2>&1
	./inside -p -m ./forksnoop -d 0.01 >/dev/null 2>&1
	[ -n "$(left 1)" ]
	check "a tool that lives in a container is not swept" $?
	kill -9 $tool # as the container's end
	wait $tool 2>/dev/null
	for p in /proc/[0-9]*; do
		[ "$(readlink $p/exe)" != "$PWD/execsnoop" ] || kill -9 "${p#/proc/}"
	done
	usleep 300000
	[ -n "$(left 1)" ]
	check "what is killed leaves something" $?
	./forksnoop -d 0.01 >/dev/null 2>e
	[ -z "$(left 1)" ]
	check "the host removes what a container left" $? "$(left 1) $(cat e)"
}

run_time() {
	start_outside
	program="./inside -p -m -T 100000 ./execsnoop"
	start -t
	./storm -n 50 -j 2 -t truth ./nop-static TAG >storm.out
	usleep 300000
	stop
	# Lines without times are the same, times differ by little.
	$host -V >/dev/null
	stop_outside
	now=$(awk '{ print int($1) }' /proc/uptime)
	awk -v now="$now" '/ TAG / { n++; bad += $1 > now + 1 || $1 < now - 60 }
		END { print n, bad + 0; exit bad || n != 50 }' o >cmp
	check "times in a time namespace are the host's" $? "$(cat cmp e)"
}

./inside -p -m true
if [ $? = 0 ]; then
	run_pid_namespaces
	run_proc
	run_sweeps
	for tool in execsnoop exitsnoop forksnoop proctree; do
		./inside -p -m ./$tool --check >o 2>e
		check "--check in a pid namespace, $tool" $? "$(cat o e)"
	done
else
	echo "# skip pid namespaces: this kernel has none"
fi
if ./inside -p -m -T 1 true 2>/dev/null; then
	run_time
else
	echo "# skip time namespaces: this kernel has none"
fi
program=$host
