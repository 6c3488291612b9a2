# What the tests of proctree share; behind helper.bash.

TOOL=$PROCTREE

# closed [FILE]: the closing line says that the tree is complete, and stderr
# has nothing else to say
closed()
{
	local none='0 orphans, 0 missing comms, 0 with missing arguments'

	if [ "$(grep -vc ': tracing' "${1:-err}")" -ne 1 ] ||
	    ! tail -n 1 "${1:-err}" | grep -Eqx "proctree: [0-9]+ \
process(es)?, $none, 0 events lost, [0-9]+ pid reuses?, [0-9]+ PID wraparounds?"; then
		cat "${1:-err}"
		return 1
	fi
}

# family [options]: in the background, all of it in ./truth; $family its pid
family()
{
	"$bin/family" "$@" -t truth >said 3>&- 8>&- 9>&- &
	family=$!
	tools+=("$family")
}

# check [options] [JSON]: the tree is what family made; the worst is shown
check()
{
	"$bin/treecheck" "$@" >checked || {
		grep -v '^missing' checked | head -n 20
		tail -n 1 checked
		return 1
	}
}

# shell: one that does what is written to descriptor 7; its pid in $shell
shell()
{
	mkfifo words
	sh <words >/dev/null 3>&- 9>&- &
	shell=$!
	tools+=("$shell")
	exec 7>words
}

# replays FILE [options]: the recording ./rec, shown with these options, is
# FILE, byte for byte
replays()
{
	local live=$1

	shift
	"$TOOL" -i rec -O replayed "$@" 2>err.replayed 9>&- || return
	same "$live" replayed && same <(grep -v tracing err) err.replayed
}

# all_of [FILE]: EXIT and COMMAND of all lines but the header
all_of()
{
	sed 1d "${1:-out}" | cut -c 40-
}

# of_pid PID [FILE]: the member objects of the document with that pid
of_pid()
{
	jq -c --argjson pid "$1" '.processes[] | select(.pid == $pid)' \
	    "${2:-out}"
}

# Processes that are drawn, as the closing line has it.
told()
{
	sed -n 's/^proctree: \([0-9]*\) process.*/\1/p' "${1:-err}"
}

# Its ring buffer is removed.
is_torn_down()
{
	[ -z "$(trace_of "$tool_pid")" ]
}
