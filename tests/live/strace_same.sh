#!/bin/sh
# strace_same.sh - a build, seen by proctree and by strace in the same run
#
# usage: strace_same.sh [-k] [COMMAND ...]
#
# Without COMMAND: "make clean; make" in a copy of this tree; and then, if DIR
# is set, tests/bench/build.sh in DIR. proctree runs strace, which runs the
# command: both see the same processes, so all must be equal, pids too, and no
# name of a temporary file needs to be guessed. stracecheck compares. -k keeps
# the log and the document in ./strace_same.
#
# environment: PROCTREE	the program, if not that of this tree
#	       BUFFER	its -b, KB per CPU (16384)
#	       DIR	for build.sh; PACKAGE etc. are for that
#	       CC
#
# Why the log can be trusted: one file (-o without -ff) has the lines in the
# order strace saw them, so a number that comes again is told from the first
# one by "+++ exited" between them. Strings are hexadecimal and never cut
# (-xx, -s), and no signals are shown. Processes are told from threads by
# CLONE_THREAD among the flags of the call that returned their number.
set -eu

tree=$(cd "$(dirname "$0")/../.." && pwd)
PROCTREE=${PROCTREE:-$tree/proctree/proctree}
BUFFER=${BUFFER:-16384}
CC=${CC:-cc}
keep=
bad=0

# same name command ...
same()
{
	name=$1
	shift
	"$PROCTREE" -a -b "$BUFFER" -o json -- \
	    strace -f --seccomp-bpf -xx -s 10000000 \
	    -e trace=execve,execveat,fork,vfork,clone,clone3 \
	    -o "$dir/$name.log" "$@" >"$dir/$name.json" 2>"$dir/$name.err" ||
	    { echo "strace_same: $name: status $?" >&2; bad=1; }
	# The command may have written too; the tool's words are the last.
	tail -n 1 "$dir/$name.err"
	"$dir/stracecheck" "$dir/$name.log" "$dir/$name.json" || bad=1
}

[ "${1-}" != -k ] || { keep=1; shift; }
command -v strace >/dev/null || { echo 'strace_same: no strace' >&2; exit 1; }
[ -x "$PROCTREE" ] || { echo "$PROCTREE: not built" >&2; exit 1; }
if [ -n "$keep" ]; then
	mkdir -p strace_same
	dir=$PWD/strace_same
else
	dir=$(mktemp -d)
	trap 'rm -rf "$dir"' EXIT
fi
"$CC" -O2 -std=c11 -D_GNU_SOURCE -o "$dir/stracecheck" \
    "$tree/tests/prog/stracecheck.c"
if [ $# -gt 0 ]; then
	same command "$@"
	exit "$bad"
fi
rm -rf "$dir/tree"
mkdir "$dir/tree"
(cd "$tree" && tar -cf - --exclude=.git --exclude=build .) |
    tar -xf - -C "$dir/tree"
same tree sh -c "cd '$dir/tree' && { make clean; make; } >make.log 2>&1"
if [ -n "${DIR-}" ]; then
	sh "$tree/tests/bench/build.sh" fetch "$DIR"
	sh "$tree/tests/bench/build.sh" copy "$DIR" strace
	same package sh "$tree/tests/bench/build.sh" make "$DIR" strace
	rm -rf "$DIR/strace"
fi
exit "$bad"
