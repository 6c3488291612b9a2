# The part of guest.sh for users: with kprobes all are known and right, without
# them none is wrong.
USERS=${USERS:-1200}
mkdir -p /u && cp users /u/

# NAME EXPECTED-WORDS-OF-v OPTION: with the tool that is in $program
users_by() {
	start -v -w rec
	/u/users -n "$USERS" truth >users.out 2>&1
	check "users itself, $1" $? "$(cat users.out)"
	usleep 500000
	stop
	check "ends with 0, $1" $status "$(cat e)"
	grep -q "$2" e
	check "users: $1 in use" $? "$(grep users: e)"
	! grep -q 'users: wrong' e
	check "users: as taskstats has them, $1" $? "$(grep users: e)"
	/u/users -c $3 truth rec >cmp
	check "users of $USERS processes, $1" $? "$(cat cmp)"
	sed 's/^/# /' cmp
}

if [ -n "$kprobes" ]; then
	for program in ./exitsnoop ./execsnoop ./forksnoop; do
		users_by "kprobe, ${program#./}" \
			'users: kprobe commit_creds: in use' -s
	done
	# The same by a filter, and from the recording.
	program=./execsnoop
	start -u 4321 -w rec
	/u/users -n 48 truth
	usleep 500000
	stop
	[ "$(grep -c users-bits o)" = 4 ]
	check "-u: the programs with the bit, and no other" $? "$(cat o e)"
	./execsnoop -u 4321 -i rec >o2
	cmp -s o o2
	check "-u: the same from the recording" $? "$(diff o o2)"
	echo 0 >$kprobes
fi
program=./exitsnoop
if grep -q . $T/events/syscalls/sys_exit_setresuid/format 2>/dev/null; then
	users_by 'system calls' 'users: system calls and /proc: in use'
else
	skip "users without kprobes" "no events of system calls"
fi
[ -z "$kprobes" ] || echo 1 >$kprobes
