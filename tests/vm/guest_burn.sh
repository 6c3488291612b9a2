# The part of guest.sh for CPU time: short lives, against what wait4 says.
BURN=${BURN:-200} # of each kind

# COUNT: so many of each kind, a line "PID THREADS CPU_US" for each.
burn() {
	for threads in 1 4; do
		for sleeps in 0 3; do
			for us in 200 500 2000 5000; do
				./spin -c -n "$1" -s $sleeps -t $threads -u $us || return
			done
		done | awk -v threads=$threads '{ print $1, threads, $2 }'
	done
}

# NAME COUNT WORDS-OF-v MOST-MARKED: in percent. A record that had to wait too long for
# the end of its task has bounds.
burn_by() {
	start -R -j -v
	burn "$2" >truth
	[ "$(grep -c . truth)" -eq $((16 * $2)) ]
	check "burn itself, $1" $? "$(tail -n 1 truth)"
	usleep 300000
	stop
	grep -q "$3" e
	check "$3, $1" $? "$(cat e)"
	awk -v most="$4" -v coarse="$coarse" 'function value(name) {
			if (!match($0, "\"" name "\":[0-9.]+"))
				return ""
			name = length(name) + 3
			return substr($0, RSTART + name, RLENGTH - name)
		}
		# Before 4.11 wait4 counts ticks (cputime_t): less than a tick is 0.
		NR == FNR {
			threads[$1] = $2
			cpu[$1] = $3
			fine += $3 % 1000 != 0
			n++
			next
		}
		!fine && coarse < 10000 { coarse = 10000 }
		!((pid = value("pid")) in cpu) { next }
		{
			seen++
			want = cpu[pid]
			error = (want / 20 > 100 ? want / 20 : 100) + coarse
			got = value("cpu") * 1e6
			# What wait4 does not have of threads.
			late = threads[pid] > 1 ? 3000 : 0
			if (value("cpu") == "") {
				marked++
				most_of = value("cpu_max")
				wrong = value("cpu_min") * 1e6 > want + error + late ||
				    most_of != "" && most_of * 1e6 < want - error
			} else if (late && got > want + error + late) {
				long++
				wrong = 0
			} else
				wrong = !got || got < want - error ||
				    got > want + error + late
			if (wrong) {
				bad++
				print $0, "want", want
			}
			if (!late && value("cpu") != "") {
				sum += got
				all += want
			}
		}
		END {
			off = all ? (sum - all) / all * 100 : 100
			if (!fine)
				off = 0
			printf "%d of %d seen, %d wrong, %d long, %d marked, sum %.2f %% off\n",
				seen, n, bad, long, marked, off
			exit bad || marked > most * n / 100 || long > n / 20 ||
			    seen != n || !n || off > 3 || off < -3
		}' truth o >cmp
	check "CPU time, $1: $(tail -n 1 cmp)" $? "$(head -4 cmp; cat e)"
}

# Where sched_clock() goes by ticks, the kernel has counted nothing for some, on
# which the tool then has bounds.
marked=2
[ "$coarse" -eq 0 ] || marked=100
before >state
program=./exitsnoop
if has_function put_task_stack; then
	burn_by "kprobe" "$BURN" 'cpu time: kprobe put_task_stack: in use' "$marked"
else
	skip "CPU time, put_task_stack" "no such function"
fi
program=./exitsnoop-dead
if has_function task_dead_fair; then
	burn_by "the other one" $((BURN / 10)) \
		'cpu time: kprobe task_dead_fair: in use' "$marked"
else
	skip "CPU time, task_dead_fair" "no such function"
fi
same_state "nothing left behind by burn"
