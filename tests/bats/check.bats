#!/usr/bin/env bats
# --check where nothing can be traced: as a user.

load helper

KEYS='tool kernel root capabilities user_namespace pid_namespace
time_namespace proc lockdown pid_max cpus open_files taskstats process_memory ftrace_lock tracefs kprobe_events
uprobe_events sched_process_exec task_newtask task_rename sys_exit_execve
cgroup_attach_task group_dead kprobes_enabled instances result'

# as_user TOOL [arguments]: as tool of the helper, never as root
as_user()
{
	local name=$1 user=()

	shift
	if [ "$(id -u)" -eq 0 ]; then
		user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$TREE/$name/$name" "$dir/$name"
	try "${user[@]}" "$dir/$name" "$@" </dev/null
	rm -r "$dir"
	cat out
}

# value KEY: of its first line
value()
{
	awk -v key="$1:" '$1 == key { sub("^[^ ]+ +", ""); print; exit }' out
}

@test "as a user: all that can be known, why not more, status 1" {
	for name in execsnoop exitsnoop forksnoop proctree; do
		as_user "$name" --check
		[ "$status" -eq 1 ]
		[ ! -s err ]
		# Aligned, and one word is the key.
		refute grep -Evx '[a-z][a-z0-9_/]*: {1,24}[^ ].*' out
		refute grep -Evx '.{24} [^ ].*' out
		for key in $KEYS; do
			[ "$(grep -c "^$key: " out)" -eq 1 ]
		done
		[ "$(value tool)" = "$name $("$TREE/$name/$name" -V |
		    cut -d ' ' -f 3), $(getconf LONG_BIT) bits" ]
		[ "$(value kernel)" = "$(uname -rm)" ]
		[ "$(value root)" = no ]
		[[ $(value capabilities) == "missing: "*CAP_SYS_ADMIN* ]]
		[ "$(value pid_max)" = "$(cat /proc/sys/kernel/pid_max)" ]
		[ "$(value kprobe_events)" = "?" ]
		[[ $(tail -n 1 out) == "result: "*"need root"* ]]
	done
}

@test "it traces nothing: a file or a command contradict it" {
	tool --check -i "$DATA/plain.rec"
	complained 2 "--check"
	tool --check -- touch ran
	complained 2 "--check"
	[ ! -e ran ]
	for options in "-s" "-O new"; do
		status=0
		# shellcheck disable=SC2086 # words
		"$TREE/proctree/proctree" --check $options 2>err || status=$?
		[ "$status" -eq 2 ]
		grep -q -- --check err
	done
	[ ! -e new ]
	status=0
	"$TREE/proctree/proctree" --diff --check a b 2>err || status=$?
	[ "$status" -eq 2 ]
}

@test "-w: nothing is recorded" {
	as_user execsnoop --check -w "$PWD/new"
	[ "$status" -eq 1 ]
	[ ! -e new ]
	grep -q '^result: ' out
}

@test "other long options are none" {
	for option in --checks --prove; do
		tool "$option"
		complained 2 "unknown option $option"
	done
	tool --check=x
	complained 2 "option --check takes no argument"
}

@test "output on a full disk is told, status 1" {
	status=0
	"$EXECSNOOP" --check >/dev/full 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: standard output: No space left' err
	[ "$(wc -l <err)" -eq 1 ]
}
