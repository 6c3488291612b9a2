#!/usr/bin/env bats
#
# CPU time that is counted: against wait4, of tests/prog/spin.c.

load helper
TOOL=$EXITSNOOP
COUNT=${SPIN_COUNT:-1000} # of each kind

setup_file()
{
	build spin
}

# spin [option ...]: COUNT of them below a command: ./said, ./out
spin()
{
	# shellcheck disable=SC2016 # for that shell
	"$TOOL" -R -j -v -- sh -c 'exec "$0" "$@" >said' "$bin/spin" \
	    -n "$COUNT" "$@" >out 2>err 3>&- 9>&- || {
		cat err
		return 1
	}
	grep -q '^exitsnoop: cpu time: sched_stat_runtime: in use' err
	jq -r 'select(.comm == "spin") | [.pid, .cpu // "-", .cpu_min // 0,
	    .cpu_max // "-"] | join(" ")' out >used
}

# judge THREADS: each as wait4 has it, and of several threads at least what they
# had used before their end, and at most that and what so many ends take
judge()
{
	awk -v n="$COUNT" -v threads="$1" '
	NR == FNR {
		p = $1 " " ++reaped[$1] # a pid may come again
		wait4[p] = $2
		own[p] = threads > 1 ? $3 : $2
		next
	}
	{ p = $1 " " ++ended[$1] }
	!(p in own) { next } # the parent
	{
		lines++
		most = own[p] * 1.05 + (threads > 1 ? 500 * threads : 100)
		zero += $2 != "-" ? !$2 : !$3 && $4 == "-"
	}
	$2 == "-" && $3 * 1e6 <= most && $4 * 1e6 >= own[p] - 1 {
		bounds++
		next
	}
	# One that was not counted to its end is right to 5 % or 100 us.
	{
		slack = $3 == $4 ? 1 : wait4[p] > 2000 ? wait4[p] / 20 : 100
	}
	$2 == "-" || $2 * 1e6 < own[p] - slack ||
	    $2 * 1e6 < wait4[p] - slack {
		print "wrong: " $0 ", truth " own[p], wait4[p]
		bad++
	}
	# A process may be reaped before it has left its CPU, and so many ends take
	# longer when the host takes the CPU.
	$2 * 1e6 > most {
		print "above: " $0 ", truth " own[p], wait4[p]
		above++
	}
	{
		sum += $2 * 1e6
		truth += wait4[p]
		other += own[p]
	}
	END {
		off = threads > 1 ? 0 : sum / truth - 1
		printf "%d lines, %d bounds, %d zero, wrong %d, above %d, " \
		    "sum %.4f\n", lines, bounds, zero, bad, above,
		    sum / (threads > 1 ? other : truth)
		exit bad || zero || lines != n || bounds > n / 50 ||
		    above > n / 100 ||
		    off > 0.03 || off < -0.03
	}' said used
}

@test "below a command: CPU time of short lives is what wait4 says" {
	for us in 200 500 2000 5000; do
		for sleeps in 0 3; do
			spin -u $us -s $sleeps
			judge 1 >judged || fail "$us us: $(<judged)"
			echo "$us us, $sleeps sleeps: $(<judged)"
		done
	done
}

@test "the same of four threads: what each used before its end, and the ends" {
	for us in 200 500 2000 5000; do
		for sleeps in 0 3; do
			spin -u $us -s $sleeps -t 4
			judge 4 >judged || fail "$us us: $(<judged)"
			echo "$us us, $sleeps sleeps: $(<judged)"
		done
	done
}

@test "pids that come again: the same" {
	few_pids
	spin -u 200 -s 1
	judge 1 >judged || fail "$(<judged)"
	cat judged
}

@test "the command itself, and -p: what began while tracing" {
	COUNT=20
	spin -u 200
	[ "$(jq -r 'select(.comm == "spin") | .cpu == .cpu_min and
	    .cpu == .cpu_max' out | sort | uniq -c | awk '{ print $2 }')" = true ]
	# shellcheck disable=SC2016 # for that shell
	sh -c 'read -r go; "$0" -n 20 -s 1 >said; exit 0' "$bin/spin" <&9 3>&- &
	pid=$!
	start -R -j -p "$pid"
	echo >&9
	wait "$pid"
	stop
	jq -r 'select(.comm == "spin") | [.pid, .cpu // "-", .cpu_min // 0,
	    .cpu_max // "-"] | join(" ")' out >used
	judge 1 >judged || fail "$(<judged)"
	cat judged
}

@test "its instance is removed, also after SIGKILL" {
	"$TOOL" -R -- sleep 30 >out 2>err 3>&- 9>&- &
	pid=$!
	until_true compgen -G "$TRACEFS/instances/procsnoop-$pid-*" ||
	    fail "no second instance: $(<err)"
	kill -KILL "$pid"
	wait "$pid" || :
	"$TOOL" -R -- true >out 2>err 3>&- 9>&-
	# shellcheck disable=SC2010 # names of ours
	[ -z "$(ls "$TRACEFS/instances" | grep "snoop-$pid-")" ]
}

@test "all of the machine: not counted, and -v says so" {
	start -R -v
	stop
	grep -q '^exitsnoop: cpu time: sched_stat_runtime: only with -p or a command (>= and <= mark bounds)' err
}

# spin_of_all [option ...]: COUNT of them, with all of the machine traced: ./said, ./used
spin_of_all()
{
	start -R -j
	"$bin/spin" -n "$COUNT" "$@" >said
	stop
	jq -r 'select(.comm == "spin") | [.pid, .cpu // "-", .cpu_min // "-",
	    .cpu_max // "-"] | join(" ")' out >used
}

# Each is as wait4 has it, or its bounds hold, and at least one of them is known.
@test "all of the machine: bounds hold, and none is 0" {
	COUNT=200
	for how in "-u 200" "-u 2000 -s 3" "-u 500 -s 1 -t 4"; do
		# shellcheck disable=SC2086 # words
		spin_of_all $how
		threads=$(expr "$how" : '.*-t \([0-9]*\)' || :)
		awk -v n="$COUNT" -v threads="${threads:-1}" '
		NR == FNR {
			p = $1 " " ++reaped[$1]
			wait4[p] = $2
			own[p] = threads > 1 ? $3 : $2
			next
		}
		{ p = $1 " " ++ended[$1] }
		!(p in own) { next }
		{
			lines++
			slack = own[p] / 20 > 100 ? own[p] / 20 : 100
			# What their ends take, wait4 does not have.
			late = threads > 1 ? 500 * threads : 0
		}
		$2 != "-" && (!$2 || $2 * 1e6 < own[p] - slack) ||
		    $2 == "-" && $3 == "-" && $4 == "-" ||
		    $2 == "-" && !$3 && $4 == "-" ||
		    $3 != "-" && $3 * 1e6 > own[p] + slack + late ||
		    $4 != "-" && $4 * 1e6 < own[p] - 1 {
			print "wrong: " $0 ", truth " own[p], wait4[p]
			bad++
		}
		END {
			print lines + 0 " lines, " bad + 0 " wrong"
			exit bad || lines != n
		}' said used >judged || fail "$how: $(<judged)"
	done
}

@test "without taskstats and kprobes: not known, and not 0" {
	compgen -G "$TRACEFS/kprobe_events" && skip "this kernel has kprobes"
	COUNT=100
	under='unshare -n' spin_of_all -u 500
	# (the parent is one, too)
	[ "$(cut -d ' ' -f 2- used | sort | uniq -c | tr -s ' ')" = \
	    " $((COUNT + 1)) - - -" ]
	under='unshare -n' start -R
	"$bin/spin" -u 500 >said
	stop
	awk '$3 == "spin" && $6 == "?" { n++ } END { exit n != 2 }' out
}
