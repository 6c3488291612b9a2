#!/usr/bin/env bats
# The examples of a service: the script of SysV init is run, and what the unit of
# systemd executes, with the rights that it gives.

load helper

TOOL=$EXITSNOOP
UNIT=$TREE/examples/procsnoop-keep.service
INIT=$TREE/examples/procsnoop-keep.init

# crash: a program that ends by a signal, with $tag in its arguments
crash()
{
	sh -c "kill -SEGV \$\$; : $tag" 2>/dev/null 3>&- 9>&- || :
}

# here SCRIPT: ./service is that script, of this directory
here()
{
	sed -e "s,^EXITSNOOP=.*,EXITSNOOP=$TOOL," -e "s,^DIR=.*,DIR=$PWD/kept," \
	    -e "s,^LOG=.*,LOG=$PWD/log," -e "s,^PIDFILE=.*,PIDFILE=$PWD/pid," \
	    -e "s,/etc/default/,$PWD/none-," -e "s,/etc/sysconfig/,$PWD/set-," \
	    "$1" >service
}

# service SHELL ACTION: as init calls it; $status, ./said
service()
{
	status=0
	# shellcheck disable=SC2086 # words
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin $1 ./service "$2" \
	    >said 2>&1 </dev/null 3>&- 8>&- 9>&- || status=$?
	cat said
}

written()
{
	until_true grep -q "crash.rec.$1: written" log
}

@test "the init script: start, status, dump, restart, stop" {
	here "$INIT"
	for shell in dash 'busybox sh'; do
		rm -rf kept log
		snapshot >before
		service "$shell" status
		[ "$status" -eq 3 ]
		service "$shell" start
		[ "$status" -eq 0 ]
		read -r first <pid
		tools+=("$first")
		service "$shell" status
		[ "$status" -eq 0 ]
		grep -q "runs, $first$" said
		service "$shell" start # once is enough
		[ "$status" -eq 0 ]
		[ "$(<pid)" = "$first" ]
		crash
		written 1
		service "$shell" dump
		[ "$status" -eq 0 ]
		written 2
		service "$shell" restart
		[ "$status" -eq 0 ]
		read -r second <pid
		tools+=("$second")
		[ "$second" != "$first" ]
		service "$shell" stop
		[ "$status" -eq 0 ]
		is_gone "$second"
		service "$shell" stop
		[ "$status" -eq 0 ]
		service "$shell" dump
		[ "$status" -eq 3 ]
		left_nothing "$first" "$second"
		# The log has the line, and the recording what it was.
		grep -q " SIGSEGV .*$tag" log
		"$EXITSNOOP" -H -a -i kept/crash.rec.1 | grep "SIGSEGV .*$tag"
		[ "$(stat -c %a kept)" = 700 ]
		[ "$(stat -c %a kept/crash.rec.1)" = 600 ]
	done
}

@test "the init script: what cannot start says so; options; usage" {
	here "$INIT"
	sed -i 's,^EXITSNOOP=.*,EXITSNOOP=/none/exitsnoop,' service
	service dash start
	[ "$status" -eq 5 ]
	here "$INIT"
	echo "KEEP_OPTIONS='-k nothing'" >set-procsnoop-keep
	service dash start
	[ "$status" -eq 1 ]
	grep -q 'nothing: seconds are expected' said
	[ ! -e pid ]
	# Another program has its PID now.
	echo "$$" >pid
	service dash status
	[ "$status" -eq 1 ]
	service dash stop
	[ "$status" -eq 0 ]
	service dash
	[ "$status" -eq 2 ]
}

# value KEY: of the unit
value()
{
	sed -n "s/^$1=//p" "$UNIT"
}

@test "the unit: systemd knows all of it; what it runs needs no more" {
	sed -e "s,/usr/local/bin/exitsnoop,$TOOL," -e "s,/var/lib/procsnoop,$PWD," \
	    "$UNIT" >procsnoop-keep.service
	UNIT=$PWD/procsnoop-keep.service
	systemd-analyze verify --man=no "$UNIT" >verified 2>&1 3>&- 9>&- || fail "$(<verified)"
	[ ! -s verified ] || fail "$(<verified)"
	caps=$(value CapabilityBoundingSet | tr 'A-Z ' 'a-z,' | sed 's/cap_/+/g')
	[[ $caps == +*,+* ]]
	options=$(value Environment)
	options=${options#\"KEEP_OPTIONS=}
	# shellcheck disable=SC2016 # that of the unit
	command=$(value ExecStart | sed 's/ \$KEEP_OPTIONS$//')
	[[ $command == "$TOOL "* ]]
	snapshot >before
	umask "$(value UMask)"
	# shellcheck disable=SC2086 # words
	exec_start() {
		exec env --default-signal=HUP,INT,QUIT setpriv --no-new-privs \
		    --bounding-set="-all,$caps" --inh-caps=-all $command \
		    ${options%\"} 3>&- 8>&- 9>&-
	}
	exec_start >log 2>&1 </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -q ': tracing' log
	# Of those that it has, it keeps what it keeps.
	[ "$(awk '$1 == "CapEff:" { print $2 }' "/proc/$tool_pid/status")" = \
	    0000000000081004 ]
	crash
	written 1
	kill -USR1 "$tool_pid"
	written 2
	stop TERM
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	"$EXITSNOOP" -H -a -i crash.rec.1 | grep "SIGSEGV .*$tag"
	# Users are known, which takes two of the capabilities.
	[ "$(grep -c '^user ' crash.rec.1)" -gt 1 ]
}
