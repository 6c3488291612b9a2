#!/usr/bin/env bats
# Whoever makes a recording, or trace output, cannot have a tool take for ever:
# four times as much of it takes about four times as long.

load helper

PROCTREE=${PROCTREE:-$TREE/proctree/proctree}
EXITSNOOP=${EXITSNOOP:-$TREE/exitsnoop/exitsnoop}
N=10000

# made FILE SHAPE N [ROOT]
made()
{
	awk -v shape="$2" -v n="$3" -v root="${4-}" \
	    -f "$BATS_TEST_DIRNAME/linear.awk" >"$1"
}

# taken COMMAND...: what CPU time it takes, in ms
taken()
{
	local TIMEFORMAT='%U %S' user system

	read -r user system < <({ time timeout 60 "$@" >/dev/null 2>&1; } 2>&1)
	user=${user/./} system=${system/./}
	taken=$((10#$user + 10#$system))
}

# linear SHAPE ROOT COMMAND...: FILE in it is the input; a ROOT of last is the
# last PID.  A quadratic one takes 16 times as long.
linear()
{
	local shape=$1 root=${2/none/} n file first=0

	shift 2
	for n in $N $((4 * N)); do
		file=$shape.$n
		made "$file" "$shape" $n "${root/last/$((n + 1))}"
		[ "$n" -eq $N ] || first=$taken
		taken "${@/FILE/$file}"
	done
	echo "$shape: ${*##*/}: $first ms, then $taken ms"
	[ "$taken" -le $((8 * first + 150)) ]
}

@test "PIDs of equal low bits" {
	linear low none "$EXECSNOOP" -i FILE
	linear low none "$PROCTREE" -i FILE
	linear low none "$EXECSNOOP" -c +ancestors -i FILE
}

@test "long chains of processes" {
	for shape in chain down above; do
		linear $shape none "$EXECSNOOP" -p 9 -i FILE
		linear $shape none "$PROCTREE" -p 9 -i FILE
		linear $shape last "$EXECSNOOP" -i FILE
		linear $shape last "$PROCTREE" -i FILE
	done
	linear above none "$PROCTREE" -A 100 -i FILE
	linear deep none "$EXECSNOOP" -c +ancestors -i FILE
	linear deep none "$PROCTREE" -f -i FILE
}

@test "each format, of a chain and of many children" {
	for shape in deep wide; do
		for format in text json folded dot perfetto svg; do
			linear $shape none "$PROCTREE" -o $format -i FILE
		done
		linear $shape none "$PROCTREE" --diff FILE FILE
		linear $shape none "$PROCTREE" -S -i FILE
	done
}

@test "a PID that is reused, and children of it" {
	linear reuse none "$PROCTREE" -i FILE
	linear reuse none "$PROCTREE" -p 7 -i FILE
	linear reuse none "$EXITSNOOP" -i FILE
}

@test "many names" {
	linear names none "$EXITSNOOP" -a -i FILE
	linear names none "$EXECSNOOP" -k 1000 -w kept -i FILE
	linear names none "$PROCTREE" -S -i FILE
	linear names none "$PROCTREE" -S -r 1 -i FILE
	linear names none "$PROCTREE" -o folded -i FILE
	linear names none "$PROCTREE" --diff FILE FILE
}

@test "many names of one hash" {
	linear hash none "$EXECSNOOP" -k 1000 -w kept -i FILE
	for format in svg json folded perfetto; do
		linear hash none "$PROCTREE" -o $format -i FILE
	done
	linear hash none "$PROCTREE" -S -i FILE
	linear hash none "$PROCTREE" --diff FILE FILE
	linear hash none "$PROCTREE" --diff -o svg FILE FILE
}

@test "many cgroups, many losses" {
	linear cgroups none "$EXECSNOOP" -c +cgroup -i FILE
	linear cgroups none "$EXECSNOOP" -c +cgroup -k 1000 -w kept -i FILE
	linear losses none "$EXECSNOOP" -c +ancestors -i FILE
	linear losses none "$PROCTREE" -i FILE
}

@test "trace output: many lines, and long ones" {
	for shape in forks calls broken contexts fields strings quoted \
	    colours again; do
		linear $shape none "$EXECSNOOP" -x -i FILE
		linear $shape none "$PROCTREE" -i FILE
	done
}
