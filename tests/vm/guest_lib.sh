# What the scripts of guests share.
more= # options of every start

ok() { echo "ok $1"; }
no() { echo "not ok $1: $2"; }
check() { # NAME CONDITION-RESULT DETAIL
	if [ "$2" = 0 ]; then ok "$1"; else no "$1" "$3"; fi
}

# Start the program with the arguments given; wait until it is armed.
program=./execsnoop
start() {
	rm -f o e
	$program $more "$@" >o 2>e &
	tool=$!
	i=0
	until [ -s o ] || grep -qs ': tracing' e || [ $i -gt 600 ]; do
		usleep 50000
		i=$((i + 1))
	done
}
stop() {
	kill -INT $tool
	wait $tool
	status=$?
}
# Does out have each of truth exactly once, right, and nothing else of TAG?
compare() { # NAME PROGRAM
	awk -v prog="$2" 'NR == FNR { p[$1] = $2; q[$1] = $3; ran[$2]; n++; next }
		$3 == prog && $4 == "TAG" {
			i = $5
			want = sprintf("%6d %6d %s TAG %s a%s b c%s",
				p[i], q[i], prog, i, i, i)
			if ($0 != want) { bad++; if (bad < 4) print "got  " $0 "\nwant " want }
			seen[i]++
			next
		}
		$3 == prog || $1 in ran && $NF == "[?]" { other++ }
		END {
			for (i in p) { if (!seen[i]) miss++; if (seen[i] > 1) twice++ }
			printf "%d ran, %d wrong, %d missing, %d twice, %d without arguments\n",
				n, bad, miss, twice, other
			exit bad || miss || twice || other || !n
		}' truth o >cmp
	check "$1" $? "$(cat cmp) $(cat e)"
}

# All execs of a storm have a line, and right arguments or none: a part of NONE
# in a hundred at most. (Before 4.15 a number may come twice, at once.)
exec_by() { # NAME WORDS-OF-v PROGRAM-TO-RUN NONE
	start -v -j -r -a 9
	./storm -n "$FEWER" -j 2 -t truth "$3" TAG >storm.out
	check "storm itself, $1" $? "$(cat storm.out)"
	usleep 300000
	stop
	grep -q "$2" e
	check "$2, $1" $? "$(cat e)"
	awk -v prog="$3" -v most="$4" 'NR == FNR { i[$2] = $1; times[$2]++; n++; next }
		!index($0, "\"path\":\"" prog "\"") { next }
		{
			match($0, /"pid":[0-9]*/)
			pid = substr($0, RSTART + 6, RLENGTH - 6)
			seen[pid]++
			want = sprintf("\"args\":[\"%s\",\"TAG\",\"%s\",\"a%s\",\"b c%s\"]",
				prog, i[pid], i[pid], i[pid])
			if (/"args_state":"none"/)
				none++
			else if (times[pid] == 1 && !index($0, want) || (prog ~ /32/ && !/"args_state":"proc"/)) {
				bad++
				print $0, "want", want
			}
		}
		END {
			for (pid in i)
				if (seen[pid] != times[pid]) {
					bad++
					print i[pid], pid, "has", seen[pid] + 0, "lines"
				}
			print n, "execs,", none + 0, "without arguments"
			exit bad || !n || none * 100 > most * n
		}' truth o >cmp
	check "$1: $(tail -n 1 cmp)" $? "$(head -3 cmp)"
}
