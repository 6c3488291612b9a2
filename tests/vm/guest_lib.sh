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
	until [ -s o ] || [ $i -gt 100 ]; do usleep 50000; i=$((i + 1)); done
}
stop() {
	kill -INT $tool
	wait $tool
	status=$?
}
# Does out have each of truth exactly once, right, and nothing else of TAG?
compare() { # NAME PROGRAM
	awk -v prog="$2" 'NR == FNR { p[$1] = $2; q[$1] = $3; n++; next }
		$3 == prog && $4 == "TAG" {
			i = $5
			want = sprintf("%6d %6d %s TAG %s a%s b c%s",
				p[i], q[i], prog, i, i, i)
			if ($0 != want) { bad++; if (bad < 4) print "got  " $0 "\nwant " want }
			seen[i]++
			next
		}
		$3 == prog { other++ }
		END {
			for (i in p) { if (!seen[i]) miss++; if (seen[i] > 1) twice++ }
			printf "%d ran, %d wrong, %d missing, %d twice, %d without arguments\n",
				n, bad, miss, twice, other
			exit bad || miss || twice || other || !n
		}' truth o >cmp
	check "$1" $? "$(cat cmp) $(cat e)"
}

