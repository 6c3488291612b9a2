#!/usr/bin/env bats
# Once it traces, a tool has only the capabilities that it still needs; the
# command has all that it was given. That everything is undone without them is
# tested by all other files: they run as root, and the tools drop the rest.

load helper

KEPT=0x81006	# DAC_OVERRIDE, DAC_READ_SEARCH, NET_ADMIN, SYS_PTRACE
KILL=0x20
SYS_ADMIN=0x200000
PERFMON=0x4000000000
HELPER=0x80004	# DAC_READ_SEARCH, SYS_PTRACE

setup_file()
{
	build nop nop-static
}

# has_only PID SET: in each set, or in less of the bounding one
has_only()
{
	local set name value

	set=$(printf '%016x' "$(($2))")
	grep -E '^(Cap|NoNewPrivs)' "/proc/$1/status" >rights
	while read -r name value; do
		case $name in
		CapInh: | CapAmb:) [ "$((0x$value))" -eq 0 ] ;;
		NoNewPrivs:) [ "$value" -eq 1 ] ;;
		*) [ "$value" = "$set" ] ;;
		esac || fail "$1, not $set: $(<rights)"
	done <rights
}

# kept PID: what it keeps, PERFMON only with events of perf
kept()
{
	local events

	events=$(readlink "/proc/$1"/fd/* | grep -c perf_event) || true
	echo "$((KEPT | (events ? PERFMON : 0)))"
}

helper_of()
{
	local child

	child=$(ps -o pid= --ppid "$1" | head -n 1)
	echo "${child// /}"
}

@test "in every set only what is needed, no_new_privs; its helper has less" {
	for TOOL in $EXECSNOOP $EXITSNOOP $FORKSNOOP $PROCTREE; do
		snapshot >before
		start -w rec # which all of them have arguments for
		helper=$(helper_of "$tool_pid")
		has_only "$tool_pid" "$(kept "$tool_pid")"
		has_only "$helper" "$HELPER"
		stop
		[ "$status" -eq 0 ]
		quiet || cat err
		left_nothing "$tool_pid"
	done
}

@test "the command keeps all, and a program with the set-user-ID bit works" {
	grep -E '^(Cap|NoNewPrivs)' /proc/self/status >without
	tool -H -- grep -E '^(Cap|NoNewPrivs)' /proc/self/status
	grep -E '^(Cap|NoNewPrivs)' out | same without -
	# bats' folder is root's.
	dir=$(mktemp -d /var/tmp/rights.XXXXXX)
	chmod 755 "$dir"
	install -m 4755 -o 4321 "$(command -v id)" "$dir/id"
	tool -H -- setpriv --reuid=65534 --regid=65534 --clear-groups \
	    "$dir/id" -u
	rm -r "$dir"
	[ "$status" -eq 0 ]
	grep -qx 4321 out
}

@test "a signal reaches a command that has become another user" {
	background -r -- setpriv --reuid=65534 --regid=65534 --clear-groups \
	    sleep 20 >out 2>err </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true lines_of '[^ ]*sleep 20'
	child=$(lines_of '[^ ]*sleep 20' | awk '{ print $1 }')
	[ "$(awk '/^Uid/ { print $3 }' "/proc/$child/status")" = 65534 ]
	has_only "$tool_pid" "$(($(kept "$tool_pid") | KILL))"
	kill -TERM "$tool_pid"
	ended "$tool_pid"
	[ "$status" -eq 143 ]
	is_gone "$child"
}

@test "-v and --check list what is kept, and what for" {
	tool -v -d 0.1
	[ "$(grep -c 'rights: ' err)" -eq 1 ]
	grep -q ": rights: CAP_DAC_OVERRIDE (tracefs, files), \
CAP_DAC_READ_SEARCH (programs), CAP_NET_ADMIN (taskstats), \
CAP_SYS_PTRACE (/proc)\(, CAP_PERFMON (alarm)\)\{0,1\}, of [0-9]* capabilities; no_new_privs$" err
	for TOOL in $EXECSNOOP $PROCTREE; do
		snapshot >before
		tool --check
		[ "$status" -eq 0 ]
		grep -q '^rights: .*CAP_KILL (command).*; no_new_privs$' out
		grep -q '^result: *tracing works' out
		left_nothing "$tool_pid"
	done
	# It cannot drop from the bounding set, and says so.
	under='setpriv --bounding-set=-setpcap' tool -v -d 0.1
	[ "$status" -eq 0 ]
	grep -q 'rights: .*; bounding set: no CAP_SETPCAP; no_new_privs$' err
}

@test "files of another user's folder, and programs that only that user reads" {
	dir=$(mktemp -d /var/tmp/rights.XXXXXX)
	install -m 711 -o 4321 "$bin/nop-static" "$dir/secret"
	chown 4321 "$dir"
	TOOL=$EXITSNOOP
	start -H --rotate=0.3 -w "$dir/rot"
	for i in 1 2 3 4; do
		setpriv --reuid=4321 --regid=4321 --clear-groups \
		    "$dir/secret" "$tag" "$i" 3>&- 9>&-
		nap 0.3
	done
	stop
	cp "$dir"/rot.* .
	rm -r "$dir"
	[ "$status" -eq 0 ]
	for f in rot.*; do
		"$EXITSNOOP" -H -i "$f"
	done >all
	[ "$(grep -c . all)" -ge 4 ]
	[ -e rot.3 ]
	same out all
}

# A user with only some capabilities; tracefs is the root user's.
some()
{
	echo "setpriv --reuid=4321 --regid=4321 --clear-groups
	    --inh-caps=$1 --ambient-caps=$1"
}

@test "a user with only these capabilities traces, and leaves nothing" {
	# bats' folder is root's.
	dir=$(mktemp -d /var/tmp/rights.XXXXXX)
	chmod 755 "$dir"
	cp "$EXECSNOOP" "$EXITSNOOP" "$bin/nop" "$dir"
	for caps in +dac_override,+dac_read_search,+sys_ptrace,+net_admin,+setpcap \
	    +dac_override,+dac_read_search,+sys_ptrace,+net_admin; do
		for TOOL in $dir/execsnoop $dir/exitsnoop; do
			snapshot >before
			under=$(some "$caps")
			start -v
			has_caps "$tool_pid" "$(kept "$tool_pid")"
			[[ $caps != *setpcap ]] ||
			    has_only "$tool_pid" "$(kept "$tool_pid")"
			# The other one has asked it nothing yet.
			[ "$TOOL" != "$dir/execsnoop" ] ||
			    has_caps "$(helper_of "$tool_pid")" "$HELPER"
			"$dir/nop" "$tag"
			until_true grep -q nop out
			stop
			[ "$status" -eq 0 ]
			refute grep -q 'lost' err
			left_nothing "$tool_pid"
		done
	done
	# Without DAC_READ_SEARCH, the helper reads by DAC_OVERRIDE.
	under=$(some +dac_override,+sys_ptrace)
	TOOL=$dir/execsnoop start
	has_caps "$(helper_of "$tool_pid")" 0x80002
	has_caps "$tool_pid" 0x80002
	stop
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	# Without DAC_OVERRIDE there is no tracefs.
	under=$(some +sys_ptrace) TOOL=$dir/execsnoop tool -d 0.1
	rm -r "$dir"
	[ "$status" -eq 1 ]
	grep -q 'need root' err
}

# cap NAME PID: a set, or no_new_privs
cap()
{
	awk -v name="$1:" '$1 == name { print "0x" $2 }' "/proc/$2/status"
}

# has_caps PID SET: what it may do, and how it got that does not matter
has_caps()
{
	[ "$(($(cap CapEff "$1")))" -eq "$(($2))" ]
	[ "$(($(cap CapPrm "$1")))" -eq "$(($2))" ]
	[ "$(($(cap CapAmb "$1")))" -eq 0 ]
	[ "$(($(cap CapInh "$1")))" -eq 0 ]
	[ "$(($(cap NoNewPrivs "$1")))" -eq 1 ]
}

@test "in a container: the same; SYS_ADMIN where cgroups are the host's" {
	under='unshare -p -f --kill-child --mount-proc -m -u -i -n'
	start
	inner=$(helper_of "$tool_pid")
	has_only "$inner" "$(kept "$inner")"
	kill -INT "$inner"
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	# In a cgroup namespace that is not the first one, below a cgroup.
	under='unshare -C' start -v -g /
	has_only "$tool_pid" "$(($(kept "$tool_pid") | SYS_ADMIN))"
	grep -q 'rights: .*CAP_SYS_ADMIN (cgroups)' err
	"$bin/nop" "$tag"
	until_true grep -q "nop $tag" out
	stop
	[ "$status" -eq 0 ]
	refute grep -q 'the cgroup or the user' err
}

@test "a snapshot drops them too" {
	TOOL=$PROCTREE
	tool -s -v
	[ "$status" -eq 0 ]
	grep -q 'rights: CAP_DAC_OVERRIDE.*; no_new_privs$' err
}
