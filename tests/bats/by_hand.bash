# proctree, and recordings made by hand.
#
# variables: LAST	the second at which a recording ends; it begins at 10
#	     ROOT	the PID of its command, if it is of one

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	PROCTREE=$TREE/proctree/proctree
	BUILD=$TREE/examples/build.rec
}

proctree()
{
	try "$PROCTREE" "$@" </dev/null
}

# usage MS MIN_MS MAX_MS WAIT_MS: the fields of an exit; - is not known
usage()
{
	local cpu=- max=-

	[ "$1" = - ] || cpu=${1}000000
	[ "$3" = - ] || max=${3}000000
	[ "$4" = - ] || set -- "$1" "$2" "$3" "${4}000000"
	echo "0 0 ${2}000000 4096 0 0 $cpu $max 0 $4 - - - 0 0 0"
}

# life PID PARENT NAME FROM TO STATUS [USAGE [ARGUMENT]]: times in ms since
# second 10
life()
{
	local from to

	printf -v from %d.%03d000000 $((10 + $4 / 1000)) $(($4 % 1000))
	printf -v to %d.%03d000000 $((10 + $5 / 1000)) $(($5 % 1000))
	echo "fork $from $1 $2 1200011 =sh"
	echo "exec $from $1 $1 $((1 + ($# > 7))) 3 =$3 =/bin/$3 =$3${8:+ =$8}"
	echo "exit $to $1 1 =$3 $6 $6${7:+ $7}"
}

# recording [LINE...]: what comes on stdin, in the order of time
recording()
{
	cat <<-EOF
	procsnoop-recording 1
	boot 1700000000.000000000
	armed 10.000000000${ROOT:+
	root $ROOT}
	task 1.000000000 1 1 0 =init
	task 5.000000000 100 100 1 =sh
	EOF
	{
		cat
		printf '%s\n' "$@"
	} | grep . | sort -s -k2,2
	echo "end $LAST.000000000"
}
