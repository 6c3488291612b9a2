#!/usr/bin/env bats
# Recordings of nothing, or of next to nothing: nothing is said of what is not
# there.

load helper

PROCTREE=${PROCTREE:-$TREE/proctree/proctree}

# recording: of what is on stdin, in the order of time
recording()
{
	echo 'procsnoop-recording 1'
	echo 'boot 1700000000.000000000'
	echo 'armed 10.000000000'
	cat
	echo 'end 11.000000000'
}

# short_one PID MS: it took 1 ms of CPU time
short_one()
{
	echo "fork 10.100000000 $1 100 1200011 =sh"
	echo "exec 10.100000000 $1 $1 2 3 =cc =/bin/cc =cc =x"
	printf 'exit 10.%03d000000 %s 1 =cc 0 0 ' $((100 + $2)) "$1"
	echo '0 0 1000000 4096 0 0 1000000 1000000 0 0 - - - 0 0 0'
}

@test "no processes that ended: no share of their CPU time" {
	echo 'task 1.000000000 1 1 0 =init' | recording >rec
	for o in '-o why' -S '-o svg' -j; do
		# shellcheck disable=SC2086
		"$PROCTREE" $o -i rec >out 2>err
		[ -s out ]
		refute grep -q '% of CPU time in' out
	done
}

@test "--cpus: what is not known to be blocked may have waited" {
	{
		echo 'root 200'
		echo 'fork 10.100000000 200 100 1200011 =sh'
		echo 'exit 10.600000000 200 1 =sh 0 0 0 0 200000000 4096 0 0 200000000 200000000 0 - - - - 0 0 0'
	} | recording >rec
	"$PROCTREE" -o why --cpus=4 -i rec >out 2>err
	grep -q '^4 CPUs: 0.200 to 0.500 s$' out
	sed 's/200000000 0 - - - -/200000000 0 0 - - -/' rec >known
	"$PROCTREE" -o why --cpus=4 -i known >out 2>err
	grep -q '^4 CPUs: 0.500 s$' out
	# Nothing is known.
	sed 's/=sh 0 0 .*/=sh 0 0/' rec >unknown
	"$PROCTREE" -o why --cpus=4 -i unknown >out 2>err
	grep -q '^4 CPUs: >=0.000 s$' out
	# Without a path, there is nothing to predict.
	grep -v ^root rec >whole
	"$PROCTREE" -o why --cpus=4 -i whole >out 2>err
	[ "$(cat out)" = 'critical path: ? (it is of a command, or -p)' ]
}

@test "-o svg: what is not known to be used is not shown as unused" {
	{
		echo 'machine 10.000000000 5000000000 2'
		short_one 200 500
		echo 'machine 11.000000000 6000000000 2'
	} | recording >rec
	"$PROCTREE" -o svg -i rec >out 2>err
	grep -q '<path class="unused"' out
	sed '/^exit/s/=cc 0 0.*/=cc 0 0/' rec >unknown
	"$PROCTREE" -o svg -i unknown >out 2>err
	grep -q '<path class="cpus"' out
	refute grep -q '<path class="unused"' out
}

@test "one process with threads is not one at work" {
	{
		echo 'root 200'
		short_one 200 500
	} | recording >rec
	"$PROCTREE" -o why -i rec >out 2>err
	grep -q '^0.500 s of 0.500 with one process$' out
	sed '/^exec/a fork 10.200000000 201 200 3d0f00 =cc' rec >threads
	"$PROCTREE" -o why -i threads >out 2>err
	grep -q 'never more than 2 at work' out
	refute grep -q 'with one process' out
}

@test "one short process is one" {
	short_one 200 5 | recording >rec
	"$PROCTREE" -o why -i rec >out 2>err
	grep -q '^100 % of CPU time in 1 process shorter than 10 ms$' out
	{ short_one 200 5; short_one 201 6; } | sort -s -k2,2 | recording >rec
	"$PROCTREE" -o why -i rec >out 2>err
	grep -q '^100 % of CPU time in 2 processes shorter than 10 ms$' out
}
