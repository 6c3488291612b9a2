#!/usr/bin/env bats
# proctree -k, of a recording that is made while it is read.

load helper

PROCTREE=${PROCTREE:-$TREE/proctree/proctree}

keep()
{
	try "$PROCTREE" "$@" </dev/null
}

# lives FROM TO: of a daemon, ten in a second
lives()
{
	awk -v from="$1" -v to="$2" 'BEGIN {
		for (i = from; i < to; i++) {
			t = 2 + i / 10
			p = 100 + i % 30000
			printf "fork %.9f %d 2 1200011 =daemon\n", t, p
			printf "exec %.9f %d %d 2 3 =job =/bin/job =job =%d\n", t + 0.001, p, p, i
			printf "exit %.9f %d 1 =job 0 0\n", t + 0.002, p
		}
	}'
}

head_of()
{
	printf '%s\n' 'procsnoop-recording 1' 'boot 1700000000.000000000' \
	    'armed 1.000000000' 'task 0.500000000 1 1 0 =init' \
	    'task 0.600000000 2 2 1 =daemon 2 3 =/sbin/daemon =daemon =-f'
}

# taken PID BYTES: it has read so many, or ended
taken()
{
	local i n

	for ((i = 0; i < 3000; i++)); do
		n=$(awk '/^rchar/ { print $2 }' "/proc/$1/io" 2>/dev/null) || return 0
		[ "${n:-0}" -lt "$2" ] || return 0
		sleep 0.02
	done
	return 1
}

kb()
{
	awk -v key="$1:" '$1 == key { print $2 }' "/proc/$2/status"
}

@test "proctree -k: memory stays, USR1 has the window written, no tree" {
	{ head_of; lives 0 20000; } >first
	lives 20000 120000 >second
	mkfifo in go
	(cat first; read -r _ <go; cat second; read -r _ <go
	    printf 'end 99999.000000000\n') >in 3>&- &
	"$PROCTREE" -i in -k 60 -w keep >out 2>err 3>&- &
	pid=$!
	taken "$pid" "$(wc -c <first)"
	early=$(kb VmRSS "$pid")
	kill -USR1 "$pid"
	echo >go
	taken "$pid" "$(cat first second | wc -c)"
	late=$(kb VmHWM "$pid")
	echo >go
	wait "$pid"
	cat err
	echo "KB: $early after 2,000 s, $late at most in 12,000 s"
	[ "$early" -gt 100 ]
	# A sanitizer keeps what is freed for a while.
	ldd "$PROCTREE" | grep -q libasan || [ "$late" -le $((early + 1024)) ]
	[ ! -s out ]
	grep -q 'keep.1: written, the last 60.0 s$' err
	[ "$(echo keep.*)" = keep.1 ]
	# What began in 60 seconds, below what lived before them.
	keep -i keep.1
	[ "$status" -eq 0 ]
	grep -q ' 0 orphans, 0 missing comms, .* 0 events lost' err
	n=$(grep -c -e '- job [0-9]' out)
	[ "$n" -ge 600 ]
	[ "$n" -le 602 ]
	grep -q ' *2 .*- daemon -f' out
}

@test "proctree -k: the summaries of -S -r go on" {
	{ head_of; lives 0 100; echo 'end 12.000000000'; } >all
	keep -S -r 2 -i all
	mv out plain
	[ "$(grep -c ' ended, ' plain)" -ge 5 ]
	keep -S -r 2 -i all -k 60 -w keep
	[ "$status" -eq 0 ]
	diff plain out
	[ ! -e keep.1 ]
}

@test "proctree -k: what does not go with it" {
	for options in '-k 5' '-k 5 -w -' '-k 0 -w x' '--keep-size=3 -w x' \
	    '--keep-files=3 -w x' '-k 5 --keep-files=0 -w x' '-k 5 -w x -a' \
	    '-k 5 -w x -j' '-k 5 -w x -o json' '-k 5 -w x -O y' '-k 5 -w x -S' \
	    '-k 5 -w x -f' '-k 5 -w x -s' '-k 5 -w x -A 1' '-k 5 -w x -A -' \
	    '-k 5 -w x -m 1' '-k 5 -w x -n'; do
		# shellcheck disable=SC2086 # words
		keep $options
		[ "$status" -eq 2 ]
		grep -q '^usage:' err
		[ ! -e x ]
		[ ! -e y ]
	done
}
