# What the tests of the command line share.
#
# environment: EXECSNOOP	the program to test, if not the one of this tree

bats_require_minimum_version 1.5.0

TREE=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
EXECSNOOP=${EXECSNOOP:-$TREE/execsnoop/execsnoop}
DATA=$BATS_TEST_DIRNAME/data
export LC_ALL=C TZ=UTC

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	[ -x "$EXECSNOOP" ] || {
		echo "$EXECSNOOP: not built" >&2
		return 1
	}
}

# slurp FILE: its text to $REPLY.  A process less than cat, which counts where a
# test runs a tool hundreds of times.
slurp()
{
	IFS= read -rd '' REPLY <"$1" || :
}

# try PROGRAM [arguments]: stdout, stderr and status go to ./out, ./err, $status
try()
{
	status=0
	timeout 30 "$@" >out 2>err || status=$?
	slurp err
	printf '%s %s: status %s\n%.2000s' "${1##*/}" "${*:2}" "$status" "$REPLY"
}

# tool [arguments]: execsnoop
tool()
{
	try "$EXECSNOOP" "$@" </dev/null
}

# The last tool ended well and wrote to stdout what is on our stdin.
wrote()
{
	[ "$status" -eq 0 ]
	diff -u - out
}

# The same, and nothing to stderr.
wrote_only()
{
	wrote
	[ ! -s err ]
}

# complained STATUS OBJECT: one line says what was wrong with what, and with
# status 2 the usage follows; nothing else anywhere.
complained()
{
	[ "$status" -eq "$1" ]
	[ ! -s out ]
	mapfile -t lines <err
	[[ ${lines[0]} == "execsnoop: "*"$2"* ]]
	if [ "$1" -eq 2 ]; then
		[[ ${lines[1]} == "usage: execsnoop "* ]]
	else
		[ "${#lines[@]}" -eq 1 ]
	fi
}

# bash lets a line that begins with "!" pass in any case
refute()
{
	! "$@"
}

# JSON of ours on stdin, with private characters where jq would lose bytes.
our_json()
{
	sed 's/\\\\/\\u005c/g; s/\\udc\([89a-f]\)/\\uf7\1/g'
}

# our_jq [options] program: jq on JSON of ours, with bytes.jq
our_jq()
{
	our_json | jq -L "$TREE/tests/bats" "$@"
}

# hex [string ...]: a line each, "-" for the empty one
hex()
{
	local s

	for s; do
		if [ -z "$s" ]; then
			echo -
		else
			printf %s "$s" | od -An -v -tx1 | tr -d ' \n'
			echo
		fi
	done
}

# Nothing but whole lines of text that a terminal does not obey.
harmless()
{
	refute grep -aq '[[:cntrl:]]' "$1"
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
	[ -z "$(tail -c 1 "$1")" ]
}
