#!/usr/bin/env bats
# proctree -S, and -S -r, from recordings made by hand.

load helper
load by_hand

LAST=12
BEGIN='machine 10.000000000 5000000000 2'
END='machine 12.000000000 8000000000 2'

# What is known exactly: 600 ms of 2 times 2 seconds, and of 3 that were used.
exact()
{
	life 200 100 true 100 300 0 "$(usage 200 150 200 40)"
	life 201 100 cc 400 900 256 "$(usage 400 400 400 60)"
}

# Then bounds, too: 650 to 700 ms, and a process that sleeps: 651 to 1700.
bounds()
{
	exact
	life 202 100 true 1000 1200 0 "$(usage - 50 100 10)"
}

loose()
{
	bounds
	life 203 100 cat 1000 1900 0 "$(usage - 1 1000 0)"
}

# share: the last line
share()
{
	sed -n '$p' out
}

@test "-S: CPU and WAIT are sums, and the share is that of the machine" {
	exact | recording "$BEGIN" "$END" >rec
	proctree -S -i rec
	[ "$status" -eq 0 ]
	diff -u - out <<-'EOF'
	  COUNT  FAILED      WALL   AVERAGE   LONGEST         CPU        WAIT COMMAND
	      1       1     0.500     0.500     0.500       0.400       0.060 cc
	      1       0     0.200     0.200     0.200       0.200       0.040 true
	      1       0    11.000    11.000    11.000           ?           ? init
	      1       0     7.000     7.000     7.000           ?           ? sh
	why: first failure: cc at 0.900 s, exit 1, 1 failed
	short-lived processes: 15 % of 2 CPUs, 20 % of all CPU time used
	EOF
}

@test "-S: sums of bounds are bounds" {
	bounds | recording "$BEGIN" "$END" >rec
	proctree -S -H -i rec
	head -n 2 out | diff -u - <(cat <<-'EOF'
	      1       1     0.500     0.500     0.500       0.400       0.060 cc
	      2       0     0.400     0.200     0.200     >=0.250       0.050 true
	EOF
	)
	[ "$(share)" = "short-lived processes: 16 to 18 % of 2 CPUs, 21 to 24 % of all CPU time used" ]
	loose | recording "$BEGIN" "$END" >rec
	proctree -S -H -i rec
	# The middle of 1 and 1,000 is more than 400.
	[[ $(head -n 1 out) == *">=0.001       0.000 cat" ]]
	[ "$(share)" = "short-lived processes: 16 to 43 % of 2 CPUs, 21 to 57 % of all CPU time used" ]
	# Nothing but an upper bound; no upper bound; nothing.
	life 200 100 low 100 300 0 "$(usage - 0 7 -)" |
	    recording "$BEGIN" "$END" >rec
	proctree -S -H -i rec
	grep -q ' <=0\.007           ? low$' out
	[ "$(share)" = "short-lived processes: 0 to 1 % of 2 CPUs, 0 to 1 % of all CPU time used" ]
	{
		life 200 100 high 100 300 0 "$(usage - 400 - 3)"
		life 201 100 both 100 300 0 "$(usage 9 9 9 7)"
		life 202 100 both 100 300 0
	} | recording "$BEGIN" "$END" >rec
	proctree -S -H -i rec
	grep -q ' >=0\.400       0\.003 high$' out
	grep -q ' >=0\.009     >=0\.007 both$' out
	[ "$(share)" = "short-lived processes: >=10 % of 2 CPUs, >=13 % of all CPU time used" ]
	life 200 100 dark 100 300 0 | recording "$BEGIN" "$END" >rec
	proctree -S -H -i rec
	grep -q '  ?           ? dark$' out
	[ "$(share)" = "short-lived processes: ? of 2 CPUs, ? of all CPU time used" ]
}

@test "-S: what has no share" {
	# It began before, or still runs.
	{
		exact
		echo "exit 11.000000000 100 1 =sh 0 0 $(usage 900 900 900 0)"
		life 204 100 later 1800 1900 0 "$(usage 900 900 900 0)" |
		    grep -v ^exit
	} | recording "$BEGIN" "$END" >rec
	proctree -S -i rec
	[ "$(share)" = "short-lived processes: 15 % of 2 CPUs, 20 % of all CPU time used" ]
	# What is hidden is not left out of the share.
	proctree -S -m 1 -i rec
	refute grep -q 'true$' out
	[ "$(share)" = "short-lived processes: 15 % of 2 CPUs, 20 % of all CPU time used" ]
	# Of what was lost nothing is known.
	exact | recording "$BEGIN" "$END" 'lost 11.000000000 5' >rec
	proctree -S -i rec
	[ "$(share)" = "short-lived processes: >=15 % of 2 CPUs, >=20 % of all CPU time used" ]
}

@test "-S: a recording that does not have the machine" {
	exact | recording >rec
	proctree -S -i rec
	[ "$(share)" = "short-lived processes: ? of all CPUs, ? of all CPU time used" ]
	exact | recording "$BEGIN" >rec
	proctree -S -i rec
	[ "$(share)" = "short-lived processes: ? of all CPUs, ? of all CPU time used" ]
	# Other CPUs at the end; a look that is not from the end.
	exact | recording "$BEGIN" "${END% 2} 3" >rec
	proctree -S -i rec
	[ "$(share)" = "short-lived processes: ? of all CPUs, 20 % of all CPU time used" ]
	exact | recording "$BEGIN" "${END/12/11}" >rec
	proctree -S -i rec
	[ "$(share)" = "short-lived processes: ? of all CPUs, ? of all CPU time used" ]
	# Incomplete; a snapshot of the same has no such line.
	exact | recording "$BEGIN" "$END" | sed '$d' >rec
	proctree -S -i rec
	[ "$status" -eq 1 ]
	[ "$(share)" = "short-lived processes: ? of all CPUs, ? of all CPU time used" ]
	proctree -S -i "$BUILD"
	[ "$(share)" = "short-lived processes: ? of all CPUs, ? of all CPU time used" ]
}

@test "-S: a window of a longer trace: looks from before and after it" {
	# What else the machine did then is in the 3 s: at least 600 ms of them.
	outside='short-lived processes: 15 % of 2 CPUs, >=20 % of all CPU time used'
	for looks in "10.000000000 12.000000000" "10.050000000 12.250000000" \
	    "10.000000000 12.250000000"; do
		exact | recording "machine ${looks% *} 5000000000 2" \
		    "machine ${looks#* } 8000000000 2" |
		    sed 's/^armed.*/armed 10.050000000/' >rec
		proctree -S -i rec
		[ "$(share)" = "$outside" ]
	done
	# Others, before it and within it, do not matter.
	exact | recording 'machine 10.000000000 1000000000 4' \
	    'machine 10.050000000 5000000000 2' \
	    'machine 11.000000000 5500000000 4' "$END" |
	    sed 's/^armed.*/armed 10.050000000/' >rec
	proctree -S -i rec
	[ "$(share)" = "short-lived processes: 15 % of 2 CPUs, 20 % of all CPU time used" ]
	proctree -j -i rec
	[ "$(jq .cpus out)" -eq 2 ]
}

@test "the other tools read a recording with looks at the machine" {
	exact | recording "$BEGIN" 'machine 10.500000000 6000000000 2' "$END" >rec
	grep -v ^machine rec >without
	for t in execsnoop exitsnoop forksnoop proctree; do
		for o in -H -j; do
			"$TREE/$t/$t" $o -i rec |
			    sed 's/"cpus":2,/"cpus":null,/' >with.out
			"$TREE/$t/$t" $o -i without | diff - with.out
		done
	done
	"$TREE/execsnoop/execsnoop" -p 200 -i rec | diff - <(
	    "$TREE/execsnoop/execsnoop" -p 200 -i without)
}

# ---- -r ----

# In the first second as bounds, and a process that runs on; the look comes 2
# ms late, after which the events of before still follow.
intervals()
{
	{
		exact
		life 205 100 make 950 1700 9 "$(usage 30 30 30 5)"
		life 206 205 cc1 960 1200 0 "$(usage 90 90 90 0)"
	} | recording "$BEGIN" "$END" | awk '
	$1 ~ /^(fork|exec|exit)$/ && $2 > 11 && !done++ {
		print "machine 11.002000000 6000000000 2"
		print "fork 11.001000000 300 205 1200011 =make"
	}
	{ print }'
}

@test "-S -r: a block for each interval" {
	intervals >rec
	proctree -S -r 1 -i rec
	[ "$status" -eq 0 ]
	grep -q '^proctree: 2 intervals, 4 processes ended, 0 events lost$' err
	diff -u - out <<-'EOF'
	1.002: 1.002 s, 5.0 forks/s, 4.0 execs/s, 2 ended, 1 failed, 3 running
	short-lived processes: 30 % of 2 CPUs, 60 % of all CPU time used
	  COUNT RUNNING  FAILED      WALL   LONGEST         CPU        WAIT COMMAND
	      1       0       1     0.500     0.500       0.400       0.060 cc
	      1       0       0     0.200     0.200       0.200       0.040 true
	      0       2       0         -         -           -           - make
	      0       1       0         -         -           -           - cc1

	2.000: 0.998 s, 0.0 forks/s, 0.0 execs/s, 2 ended, 1 failed, 1 running
	short-lived processes: 0 % of 2 CPUs, 0 % of all CPU time used
	  COUNT RUNNING  FAILED      WALL   LONGEST         CPU        WAIT COMMAND
	      1       0       0     0.240     0.240       0.090       0.000 cc1
	      1       1       1     0.750     0.750       0.030       0.005 make

	EOF
	# -H, and the time at the end of each.
	proctree -S -r 1 -H -t -i rec
	[ "$(grep -c '^1[12]\.[0-9]*: ' out)" -eq 2 ]
	refute grep -q COMMAND out
	TZ=UTC proctree -S -r 1 -T -i rec
	[ "$(sed '/s, .*/!d; s/: .*//' out | head -n 1)" = \
	    2023-11-14T22:13:31.002000+0000 ]
}

@test "-S -r -j: an object for each interval" {
	intervals >rec
	proctree -S -r 1 -j -i rec
	[ "$(wc -l <out)" -eq 2 ]
	jq -cs '.[0] | del(.commands)' out | diff -u - <(cat <<-'EOF'
	{"event":"interval","start":10,"start_time":"2023-11-14T22:13:30.000000+0000","end":11.002,"end_time":"2023-11-14T22:13:31.002000+0000","forks":5,"execs":4,"ended":2,"failed":1,"running":3,"lost":0,"cpus":2,"used":1,"short_lived":{"count":2,"cpu":0.6,"cpu_min":0.6,"cpu_max":0.6,"wait":0.1}}
	EOF
	)
	jq -cs '.[1].commands[], (.[0].commands | .[0, 2])' out | diff -u - <(cat <<-'EOF'
	{"command":"cc1","count":1,"running":0,"failed":0,"wall":0.24,"longest":0.24,"cpu":0.09,"cpu_min":0.09,"cpu_max":0.09,"wait":0}
	{"command":"make","count":1,"running":1,"failed":1,"wall":0.75,"longest":0.75,"cpu":0.03,"cpu_min":0.03,"cpu_max":0.03,"wait":0.005}
	{"command":"cc","count":1,"running":0,"failed":1,"wall":0.5,"longest":0.5,"cpu":0.4,"cpu_min":0.4,"cpu_max":0.4,"wait":0.06}
	{"command":"make","count":0,"running":2,"failed":0,"wall":null,"longest":null,"cpu":null,"cpu_min":null,"cpu_max":null,"wait":null}
	EOF
	)
	# Bounds; what is not known; what was lost.
	{
		bounds
		life 207 100 dark 1300 1400 0
	} | recording "$BEGIN" "$END" 'lost 10.950000000 7' \
	    'lost 11.250000000 0' >rec
	proctree -S -r 1 -j -i rec
	[ "$(jq -cs 'map([.lost, .cpus, .used, .short_lived.cpu_min,
	    .short_lived.cpu_max])' out)" = \
	    '[[7,null,null,0.6,null],[null,null,null,0.05,null]]' ]
}

@test "-S -r: the sums of all intervals are those of -S" {
	proctree -S -j -i "$BUILD"
	[ "$status" -eq 2 ]
	for secs in 0.01 0.1 0.37 1 100; do
		proctree -S -r "$secs" -j -i "$BUILD"
		jq -s -r '[.[].commands[]] | group_by(.command)[] |
		    select(map(.count) | add > 0) |
		    "\(.[0].command) \(map(.count) | add) \(map(.failed) | add)"' \
		    out | sort >sums.$secs
		jq -se '[.[].ended] | add == 38' out
		# They follow each other.
		jq -se '. as $i | all(range(1; length);
		    $i[.].start == $i[. - 1].end)' out
		diff sums.0.01 sums."$secs"
	done
	"$PROCTREE" -j -i "$BUILD" 2>/dev/null | jq -r '.processes |
	    map(select(.state == "ended")) | length' | diff - <(echo 38)
	# A subtree, too.
	proctree -S -r 1 -j -p 112 -i "$BUILD"
	[ "$(jq -s '[.[].ended] | add' out)" -eq "$("$PROCTREE" -j -p 112 \
	    -i "$BUILD" 2>/dev/null | jq '.processes |
	    map(select(.state == "ended")) | length')" ]
}

@test "-S -r: intervals in which nothing happened are one" {
	exact | recording | sed 's/^end .*/end 1000000010.500000000/' >rec
	proctree -S -r 1 -j -i rec
	[ "$(jq -c '[.start, .end, .ended]' out | tr '\n' ' ')" = \
	    '[10,11,2] [11,1000000010,0] [1000000010,1000000010.5,0] ' ]
	# Not known when it was armed: from the first event on.
	exact | recording | grep -v ^armed >rec
	proctree -S -r 0.7 -j -i rec
	[ "$(jq -c '[.start, .end, .ended, .running]' out | tr '\n' ' ')" = \
	    '[10.1,10.8,1,1] [10.8,11.5,1,0] [11.5,12,0,0] ' ]
	# Times that do not increase, and none at all.
	recording </dev/null | sed 's/^end .*/end 10.000000000/' >rec
	proctree -S -r 1 -j -i rec
	[ ! -s out ] || [ "$(wc -l <out)" -eq 1 ]
	sed 's/^end .*/end 1.000000000/' rec >back
	proctree -S -r 1 -j -i back
	[ "$status" -eq 0 ]
	# A clock that does not count seconds.
	proctree -S -r 1 -j -i "$TREE/tests/data/text/pasted/clock-tsc.txt"
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.start, .end]' out)" = '[null,null]' ]
}

@test "-S -r: looks at the machine without events between them" {
	recording "$BEGIN" 'machine 10.501000000 5100000000 2' \
	    'machine 11.002000000 5300000000 2' \
	    'machine 11.700000000 5600000000 2' "$END" </dev/null >rec
	proctree -S -r 0.5 -j -i rec
	# The third is too late for the end of an interval.
	[ "$(jq -c '[.start, .end, .used]' out | tr '\n' ' ')" = \
	    '[10,10.501,0.1] [10.501,11.002,0.2] [11.002,11.5,null] [11.5,12,null] ' ]
}

@test "-S -r: a recording that ends early, one that comes in pieces" {
	intervals | sed '$d' >rec
	proctree -S -r 1 -j -i rec
	[ "$status" -eq 1 ]
	jq -se 'map(.ended) | add == 4' out
	# A block comes when its interval is over.
	mkfifo pipe
	timeout 60 "$PROCTREE" -S -r 1 -j -i pipe >out 2>err &
	exec 8>pipe
	intervals >whole
	grep -n '^exit 11\.2' whole
	sed '/^exit 11\.2/q' whole >&8
	for ((i = 0; i < 300; i++)); do
		[ ! -s out ] || break
		sleep 0.1
	done
	[ "$(wc -l <out)" -eq 1 ]
	exec 8>&-
	wait $!  || [ $? -eq 1 ]
	[ "$(wc -l <out)" -eq 2 ]
}

@test "-S -r: hostile names, many names" {
	timeout 60 "$PROCTREE" -S -r 1 -i "$DATA/hostile.rec" >out 2>err
	harmless out
	timeout 60 "$PROCTREE" -S -r 1 -j -i "$DATA/hostile.rec" 2>err |
	    our_jq -es 'length > 0'
	# More names than are kept: the rest is one line, nothing is missing.
	awk 'BEGIN {
		print "procsnoop-recording 1\narmed 1.000000000"
		print "task 0.500000000 1 1 0 =init"
		for (i = 0; i < 66000; i++) {
			t = sprintf("1.%09d", i)
			print "fork " t " 10 1 1200011 =a"
			print "exec " t " 10 10 1 3 =a =/a =a" i
			print "exit " t " 10 1 =a 256 256"
		}
		print "end 2.000000000"
	}' >many
	proctree -S -r 1 -j -i many
	jq -e '.ended == 66000 and ([.commands[].count] | add) == 66000 and
	    (.commands | length) == 65537 and
	    (.commands[-1] | .others and .count == 464 and .command == null)' out
	proctree -S -r 1 -i many
	[[ $(tail -n 2 out | head -n 1) == "    464       0     464 "*" ..." ]]
}

# drawn ROWS COLUMNS: the blocks in out never leave such a screen
drawn()
{
	awk -v rows="$1" -v columns="$2" 'BEGIN { RS = "\033\\[H" }
	NR == 1 { next }
	{
		sub(/\033\[J.*/, "")
		n = split($0, line, "\r?\n")
		if (n - 1 > rows - 1) bad = 1
		for (i = 1; i < n; i++) {
			if (line[i] !~ /^\033\[K/) bad = 1
			if (length(line[i]) - 3 > columns) bad = 1
		}
		blocks++
	}
	END { print blocks + 0, bad + 0 }' out
}

@test "-S -r: on a terminal each block is drawn in place of the one before" {
	${CC:-cc} -O2 -D_GNU_SOURCE -o pty "$TREE/tests/prog/pty.c"
	intervals >rec
	for size in '24 80' '5 40' '2 10' '100 200'; do
		set -- $size
		./pty nothing '' sh -c "stty rows $1 cols $2
		    exec '$PROCTREE' -S -r 1 -i rec" >out
		[ "$(drawn "$1" "$2")" = "2 0" ]
	done
	grep -q 'cc1' out
	# -W, -j and a file are not a screen.
	for o in -W -j '-O file'; do
		./pty nothing '' sh -c "'$PROCTREE' -S -r 1 $o -i rec" >out
		refute grep -q $'\033' out
	done
	grep -q 'cc1$' file
	refute grep -q $'\033' file
}

@test "-r: what does not go together" {
	for o in '-r 1' '-S -r 0' '-S -r x' '-S -r 0.001' '-S -r -1' \
	    '-S -r 1 -m 1' '-S -r 1 -n' '-S -r 1 -a' '-S -r 1 -L' \
	    '-S -r 1 -s' '-S -r 1 -f' '-S -r 1 -o json' '-S -r 1 -A 1'; do
		# shellcheck disable=SC2086
		proctree $o -i "$BUILD"
		[ "$status" -eq 2 ]
		[ ! -s out ]
		grep -q '^usage: ' err
	done
	proctree -r 1 -i "$BUILD"
	[ "$(head -n 1 err)" = \
	    "proctree: -r repeats the summary: it needs -S" ]
	exact | recording >rec
	proctree -S --repeat 1.5 -i rec
	[ "$(grep -c '^short-lived' out)" -eq 2 ]
}

@test "-S --by: who creates them, and names" {
	{
		exact
		life 203 201 as 410 500 0 "$(usage 50 50 50 0)"
		life 204 201 as 510 600 9 "$(usage 50 50 50 0)"
	} | recording "$BEGIN" "$END" >rec
	proctree -S --by=parent -i rec
	[ "$status" -eq 0 ]
	diff -u - <(sed '/^why:/,$d' out) <<-'EOF'
	  COUNT  FAILED      WALL   AVERAGE   LONGEST         CPU        WAIT PARENT
	      2       1     0.700     0.350     0.500       0.600       0.100 sh
	      2       1     0.180     0.090     0.090       0.100       0.000 cc
	      1       0    11.000    11.000    11.000           ?           ? ?
	      1       0     7.000     7.000     7.000           ?           ? init
	EOF
	proctree -S -H --by comm -i rec
	[ "$(awk '{ print $1, $NF }' out | sed 3q | paste -sd,)" = \
	    "1 cc,1 true,2 as" ]
	proctree -S --by=command -i rec
	sed 's/COMMAND/PARENT/' out >command
	proctree -S -i rec
	sed 's/COMMAND/PARENT/' out | diff -u command -
	for wrong in '-S --by=tty' '--by=comm' '-S -r 1 --by=comm' '--all'; do
		# shellcheck disable=SC2086 # words
		proctree $wrong -i rec
		[ "$status" -eq 2 ]
	done
}

@test "-S --by=user: what each was last, ? if that is not known" {
	{
		exact
		echo 'user 10.000000000 100 0 0 0'
		# A thread changes its own: what it forks has that.
		echo 'fork 10.050000000 150 100 10000 =sh'
		echo 'user 10.060000000 150 4200000000 4200000000 4'
		echo 'fork 10.070000000 151 150 0 =sh'
		echo 'exit 10.090000000 151 1 =sh 0 0'
		# An exec changes it, or perhaps.
		life 202 100 su 510 600 1
		echo 'user 10.510000000 202 0 4200000000 4'
		life 203 100 su 520 600 0
		echo 'user 10.520000000 203 - - -'
		echo 'lost 10.950000000 5'
		life 204 100 as 960 970 0
	} >lines
	# An event of a task comes after its fork, and before its exec.
	grep -v '^exec' lines | cat - <(grep '^exec' lines) | recording >rec
	proctree -S --by=user -i rec
	[ "$status" -eq 0 ]
	head -n 1 out | grep -q 'WAIT USER$'
	[ "$(awk '$1 ~ /^[0-9]+$/ { print $1, $2, $NF }' out | sort -k3 |
	    paste -sd,)" = '1 0 4200000000,5 0 ?,3 2 root' ]
	proctree -S --by=user -- true
	[ "$status" -eq 2 ]
	grep -q -- '--by=user is of recordings' err
}
