#!/usr/bin/env bats
# proctree -o why, the verdicts of -S, and both in JSON.

load helper
load by_hand

LAST=14
ROOT=200

# spent MS WAIT_MS: usage, of which all is known
spent()
{
	usage "$1" "$1" "$1" "$2"
}

# one PID PARENT NAME FROM TO STATUS USAGE [N]: life, with the argument xN
one()
{
	life "${@:1:7}" "x${8-}"
}

# machine CPUS: what it looks like at the beginning and at the end
machine()
{
	echo "machine 10.000000000 5000000000 $1"
	echo "machine 14.000000000 9000000000 $1"
}

# same: the verdicts in json have the numbers that jq finds
same()
{
	jq -c -f "$TREE/tests/bats/why.jq" json >differs && [ ! -s differs ]
}

# A configure of 2 s, then two compilers, side by side, of which one fails.
build()
{
	one 200 100 build 0 4000 512 "$(spent 100 0)"
	one 201 200 configure 100 2100 0 "$(spent 300 10)"
	for i in 0 1 2 3 4 5 6 7 8 9 10 11; do
		one $((210 + i)) 201 test $((100 + i * 100)) \
		    $((150 + i * 100)) 0 "$(spent 40 0)" $((i / 11))
	done
	one 230 200 cc 2200 3800 0 "$(spent 1500 20)"
	one 231 200 cc 2200 3000 256 "$(spent 700 30)"
}

@test "-o why: verdicts, and the critical path by command" {
	build | recording "$(machine 4)" >rec
	proctree -o why -i rec
	[ "$status" -eq 0 ]
	diff -u - out <<-'EOF'
	3.200 s of 4.000 with one process on 4 CPUs, 2.000 of them in configure x
	waited for a CPU only 0.060 s in 4.000, never more than 2 at work on 4 CPUs: more CPUs would not help
	test 12 times, 0.480 s of CPU
	the same command line 11 times: test x0
	first failure: cc at 3.000 s, exit 1, 2 failed
	critical path: 4.000 s, worked out
	      SELF SHARE%    COUNT UNSEEN COMMAND
	     1.600    40        1      0 cc
	     1.400    35        1     12 configure
	     0.600    15       12      0 test
	     0.400    10        1      2 build
	EOF
	# The same in -S, before its last line.
	proctree -S -i rec
	[ "$(grep -c '^why: ' out)" -eq 5 ]
	[ "$(sed -n 's/^why: //p' out)" = "$(proctree -o why -i rec >/dev/null
	    sed 5q out)" ]
	proctree -S -i rec
	[[ $(tail -n 1 out) == "short-lived processes: "* ]]
	proctree -o why -H -i rec
	refute grep -q COMMAND out
	# Of the whole machine there is no path, and nothing about it.
	grep -v ^root rec >whole
	proctree -o why -i whole
	diff -u - out <<-'EOF'
	test 12 times, 0.480 s of CPU
	the same command line 11 times: test x0
	first failure: cc at 3.000 s, exit 1, 2 failed
	critical path: ? (it is of a command, or -p)
	EOF
	proctree -o why -p 200 -i whole
	grep -q '^critical path: 4.000 s' out
}

@test "-o why: what is not known is not asserted" {
	# No number of CPUs; not the same at the end.
	build | recording >rec
	proctree -o why -i rec
	grep -q '^3.200 s of 4.000 with one process, 2.000 of them in' out
	grep -q '^waited for a CPU only 0.060 s in 4.000, never more than 2 at work: more' out
	build | recording "$(machine 4 | sed '2s/4$/2/')" >rec
	proctree -o why -i rec
	refute grep -q 'CPUs,' out
	# One CPU: who else would be at work?
	build | recording "$(machine 1)" >rec
	proctree -o why -i rec
	refute grep -q 'with one process' out
	# Of one process it is not known how long it waited, or nothing is.
	build | sed '/^exit.* 231 /s/ 30000000 - - -/ - - - -/' |
	    recording "$(machine 4)" >rec
	proctree -o why -i rec
	refute grep -q 'waited' out
	build | sed '/^exit.* 215 /s/\(=test 0 0\).*/\1/' |
	    recording "$(machine 4)" >rec
	proctree -o why -i rec
	grep -q '^test 12 times, >=0.440 s of CPU$' out
	refute grep -q 'waited' out
	# Events were lost.
	build | recording "$(machine 4)" 'lost 13.500000000 5' >rec
	proctree -o why -i rec
	refute grep -q 'waited' out
	# A clock that does not count seconds.
	proctree -o why -i "$TREE/tests/data/text/pasted/clock-tsc.txt"
	[ "$status" -eq 0 ]
	[ "$(cat out)" = "critical path: ? (it is of a command, or -p)" ]
	proctree -j -i "$TREE/tests/data/text/pasted/clock-tsc.txt"
	jq -e '.critical == null and .verdicts == null and .cpus == null' out
}

@test "the critical path: waits that were seen, and what they are worth" {
	# configure waits for its tests, 10 ms after each; build for both cc, the
	# one that ended first last.
	waits()
	{
		local i ms

		for i in 0 1 2 3 4 5 6 7 8 9 10 11; do
			ms=$((i * 100 + 160))
			printf 'wait %d.%03d000000 201 %d\n' \
			    $((10 + ms / 1000)) $((ms % 1000)) $((210 + i))
		done
		echo 'wait 12.101000000 200 201'
		echo 'wait 13.805000000 200 230'
		echo 'wait 13.806000000 200 231'
	}
	{ build; waits; } | recording "$(machine 4)" >rec
	proctree -o why -i rec
	sed -n '/^critical/,$p' out | diff -u - <(cat <<-'EOF'
	critical path: 4.000 s, 14 of 14 waits seen
	      SELF SHARE%    COUNT UNSEEN COMMAND
	     1.600    40        1      0 cc
	     1.400    35        1      0 configure
	     0.600    15       12      0 test
	     0.400    10        1      0 build
	EOF
	)
	proctree -j -i rec
	jq -e '.processes as $p | all(.critical[];
		(.waited == null) == (.after == null) and
		(.after == null or $p[.after - 1].end == .from)) and
	    ([.critical[] | select(.after) | (.waited - .from) * 1000 | round] |
	    sort) == [1, 5, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10]' out
	# A number that is of no child: those of configure mean nothing.
	{ build; waits; echo 'wait 11.500000000 201 1'; } |
	    recording "$(machine 4)" >strange
	proctree -o why -i strange
	grep -q '^critical path: 4.000 s, 2 of 14 waits seen$' out
	grep -Eq '^ +1.400 +35 +1 +12 configure$' out
	# A cc that was waited for before it ended: not that time.
	{ build; waits | sed 's/^wait 13.805/wait 13.700/'; } |
	    recording "$(machine 4)" >stopped
	proctree -o why -i stopped
	grep -q '^critical path: 4.000 s, 13 of 14 waits seen$' out
	# A background process that was waited for later.
	{
		one 200 100 sh 0 2000 0 "$(spent 1 0)"
		one 201 200 bg 100 900 0 "$(spent 1 0)"
		one 202 200 first 200 600 0 "$(spent 1 0)"
		one 203 200 second 1000 1500 0 "$(spent 1 0)"
		echo 'wait 10.650000000 200 202'
		echo 'wait 11.600000000 200 203'
		echo 'wait 11.700000000 200 201'
	} | recording >late
	proctree -j -i late
	[ "$(jq -c '[.critical[].id]' out)" = '[1,3,1,4,1]' ]
	proctree -j -i <(grep -v ^wait late)
	[ "$(jq -c '[.critical[].id]' out)" = '[1,2,1,4,1]' ]
	# The logs pass over them, and keep them in what they write.
	for t in execsnoop exitsnoop forksnoop; do
		"$TREE/$t/$t" -i rec >with 2>err
		"$TREE/$t/$t" -i <(grep -v ^wait rec) 2>err | diff with -
	done
	"$TREE/exitsnoop/exitsnoop" -i rec -k 100 -w kept build >with 2>err
	[ "$(grep -c ^wait kept.1)" -eq "$(grep -c ^wait rec)" ]
	for line in 'wait 11.0 200 201' 'wait 11.000000000 200' \
	    'wait 11.000000000 0 201' 'wait 11.000000000 200 0' \
	    'wait 11.000000000 200 201 1' 'wait 11.000000000 200 -'; do
		sed "/^end/i $line" rec >bad
		proctree -i bad
		[ "$status" -eq 1 ]
		grep -q 'a field that makes no sense' err
	done
}

@test "-o why: who waits for a CPU" {
	{
		one 200 100 make 0 3000 0 "$(spent 10 0)"
		for i in 1 2 3 4; do
			one $((200 + i)) 200 cc 0 3000 0 "$(spent 1400 1500)"
		done
	} | recording "$(machine 2)" >rec
	proctree -o why -i rec
	grep -q '^waited for a CPU 6.000 s in 3.000, up to 4 at work on 2 CPUs: more CPUs would help, unless they are limited$' out
	# Of one it is not known: at least.
	sed '/^exit.* 202 /s/ 1500000000 - - -/ - - - -/' rec >less
	proctree -o why -i less
	grep -q '^waited for a CPU >=4.500 s in 3.000, up to 4 .*: more CPUs would help, unless they are limited$' out
	# More CPUs than processes.
	sed 's/^\(machine .*\) 2$/\1 8/' rec >eight
	proctree -o why -i eight
	grep -q '6.000 s in 3.000, never more than 4 at work on 8 CPUs: others used them, or they are limited$' out
	grep -v ^machine rec >none
	proctree -o why -i none
	refute grep -q waited out
	# Without a wait they need 1.5 s each: 2 CPUs have 2.8, 4 have 1.5.
	proctree -o why --cpus=4 -i rec
	grep -q '^2 CPUs: 2\.9[0-9][0-9] s$' out
	grep -q '^4 CPUs: 1\.5[0-9][0-9] s$' out
	sed '/^exit.* 202 /s/=cc 0 0.*/=cc 0 0/' rec >unknown
	proctree -o why --cpus=1 -i unknown
	grep -q '^1 CPU: >=[0-9.]* s$' out
}

@test "-o why: short processes" {
	{
		one 200 100 sh 0 3000 0 "$(spent 30 0)"
		for i in 1 2 3 4 5 6 7 8 9; do
			one $((200 + i)) 200 true ${i}00 ${i}09 0 "$(spent 8 0)"
		done
	} | recording "$(machine 2)" >rec
	proctree -o why -i rec
	# 72 of 102 ms.
	grep -q '^71 % of CPU time in 9 processes shorter than 10 ms$' out
	# One has 4 to 8: 68 to 72 of 98 to 102.
	sed '/^exit.* 203 /s/ 8000000 4096 0 0 8000000 8000000/ 4000000 4096 0 0 - 8000000/' \
	    rec >bounds
	proctree -o why -i bounds
	grep -q '^69 to 71 % of CPU time in 9 processes' out
	sed '/^exit.* 203 /s/ 8000000 4096 0 0 8000000 8000000/ 4000000 4096 0 0 - -/' \
	    rec >open
	proctree -o why -i open
	refute grep -q '% of CPU time' out
}

@test "the numbers of every verdict come from the processes, by jq" {
	build | recording "$(machine 4)" >hand
	kinds=
	for f in hand "$TREE"/examples/*.rec; do
		for o in -L ''; do
			"$PROCTREE" -a $o -j -i "$f" >json 2>err
			same
			kinds="$kinds $(jq -r '.verdicts[].kind' json)"
			# The path has no hole, and each part is in a life.
			jq -e '.processes as $p | (.critical // []) as $c |
			    all(range(1; $c | length); $c[. - 1].to == $c[.].from) and
			    all($c[]; . as $s | $p[$s.id - 1] | (.start <= $s.from
				or $s.id == 1) and (.end == null or .end >= $s.to))' json
		done
		"$PROCTREE" -j -i "$f" 2>err | jq -r '(.verdicts // [])[].text' >texts
		"$PROCTREE" -o why -i "$f" 2>err | sed '/^critical path/,$d' |
		    diff - texts
	done
	"$PROCTREE" -a -j -p 100 -i "$BUILD" >json 2>err
	same
	for kind in serial cpus command line failure; do
		[[ $kinds == *$kind* ]]
	done
	# It does find mistakes.
	build | recording "$(machine 4)" >rec
	"$PROCTREE" -a -j -i rec 2>err | jq '.processes[4].wait = 9 |
	    .processes[-1].end += 0.1' >json
	refute same
	[ "$(jq -s 'map(.name) | unique | length' differs)" -ge 2 ]
}

@test "-o why: hostile names" {
	for root in '' 'root 11'; do
		{
			awk -v root="$root" '{ print } NR == 1 { print root }' \
			    "$DATA/hostile.rec"
			grep '^exec' "$DATA/hostile.rec" | head -n 1 |
			    awk '{ for (i = 0; i < 12; i++) {
				t = sprintf("2.%09d", 200000000 + i * 1000)
				p = 900 + i
				print "fork " t " " p " 11 1200011 =x"
				$2 = t; $3 = $4 = p; print
				print "exit " t " " p " 1 " $7 " 256 256" } }'
		} | awk '/^end/ { e = $0; next } { print } END { if (e) print e }' >rec
		for o in '-o why' '-o why --cpus=2 -q' '-S -W' '-j'; do
			# shellcheck disable=SC2086 # options
			proctree $o -i rec
			harmless out
		done
		our_jq -e '.verdicts | length > 1' out
		proctree -o why -i rec
		grep -q '^the same command line 13 times: nop new.nline ' out
	done
	for f in "$DATA"/*.rec "$TREE"/tests/data/text/*/*.txt; do
		proctree -o why --cpus=3 -i "$f"
		[ "$status" -lt 2 ]
		harmless out
	done
}

@test "-o why, --cpus: what does not go together" {
	for o in '--cpus=2' '-S --cpus=2' '-o why --cpus=0' '-o why --cpus=x' \
	    '-o json --cpus=2' '-o why -S' '-o why -s' '-o why -A 1' \
	    '-o why -f' '-o why --cpus=65537'; do
		# shellcheck disable=SC2086
		proctree $o -i "$BUILD"
		[ "$status" -eq 2 ]
		[ ! -s out ]
		grep -q '^usage: ' err
	done
	proctree --format=why --cpus 2 -p 100 -i "$BUILD"
	[ "$status" -eq 0 ]
	grep -q '^2 CPUs: >=0\.[0-9]* s$' out
}
