# The part of guest.sh that depends on the machine: strings of any length, the
# row after the first, no kprobes, and tools for 32 bits on a kernel for 64.

# Every exec of lengths has one line, complete or marked; with the arguments
# besides the long one, if PROBES fetch them.
lengths_by() { # NAME [PROBES]
	start -j
	./lengths /t/nop-static >truth
	check "lengths itself, $1" $?
	usleep 300000
	stop
	check "ends with 0, $1" $status "$(cat e)"
	awk -v probes="$2" 'function member(name,	v) {
			if (!match($0, "\"" name "\":(\"[^\"]*\"|[^,}]*)"))
				return ""
			v = substr($0, RSTART + length(name) + 3)
			v = substr(v, 1, RLENGTH - length(name) - 3)
			gsub(/"/, "", v)
			return v
		}
		NR == FNR { what[$3] = $1; want[$3] = $2; n++; next }
		!((pid = member("pid")) in what) { next }
		{
			seen[pid]++
			state = member("args_state")
			path = member("path")
			match($0, /"A*"/)
			got = what[pid] == "arg" ? RLENGTH - 2 : length(path)
			whole = state == "all" || state == "proc"
			marked = what[pid] == "arg" ? !whole : path == "null"
			all += got == want[pid]
			if (what[pid] == "arg" && marked && probes &&
			    !/"args":\["nop",null,"end"\]/) {
				bad++
				print $0
			}
			if (got != want[pid] && !marked) {
				bad++
				print what[pid], want[pid], "has", got, state
			}
		}
		END {
			for (pid in what)
				if (seen[pid] != 1) {
					bad++
					print what[pid], want[pid], seen[pid] + 0, "lines"
				}
			print n, "execs,", all, "complete"
			exit bad || n < 400
		}' truth o >cmp
	check "strings of any length, $1: $(tail -n 1 cmp)" $? "$(head -5 cmp)"
}

[ -e nop-shared ] || cp nop nop-shared # guest_exits.sh was not run
before >state
lengths_by "$ROW" 1

# Where the path is too long for sched_process_exec, the call's return tells.
more=--method=execve
if ./execsnoop $more -d 0.1 >o 2>e; then
	lengths_by "method execve"
else
	skip "method execve" "$(tail -n 1 e)"
fi
more=

# A kernel without the place of the first row.
if [ -e execsnoop-row2 ]; then
	program=./execsnoop-row2
	if has_function finalize_exec; then
		exec_by "no start_thread" \
			'finalize_exec: in use, self-test passed' ./nop-static 0
		lengths_by finalize_exec 1
	else # before 4.17
		exec_by "no start_thread" \
			'method \(ldso\|execve\): .*in use, self-test passed' \
			./nop-shared 10
	fi
	program=./execsnoop
fi

# Without kprobes: the loader. Where strings are not safe, windows on the stack,
# of which a kernel that panics when it warns does not warn.
if [ -z "$kprobes" ]; then
	skip "execs without kprobes" "debugfs has no kprobes/enabled"
elif [ "$without" = 'method proc' ]; then
	echo 0 >$kprobes
	exec_by "without kprobes" 'method proc: arguments from /proc' ./nop-shared 100
	echo 1 >$kprobes
else
	echo 0 >$kprobes
	exec_by "without kprobes" 'method ldso: .*in use, self-test passed' ./nop-shared 2
	echo 1 >/proc/sys/kernel/panic_on_warn
	exec_by "panic_on_warn" 'method ldso: windows of' ./nop-shared 2
	words_by "panic_on_warn" ./nop-shared
	echo 0 >/proc/sys/kernel/panic_on_warn
	echo 1 >$kprobes
fi

# A program that is not for the kernel's own width cannot prove a row.
if [ -d i386 ]; then
	program=i386/execsnoop
	exec_by "32-bit tool" 'method proc: arguments from /proc' ./nop-static 100
	lengths_by "32-bit tool"
	program=i386/exitsnoop
	exits_by "kprobe do_exit" "$FEWER" 'kprobe do_exit: in use'
	usage_by
	if [ -n "$kprobes" ]; then
		echo 0 >$kprobes
		exits_by "taskstats" "$FEWER" 'exit status: taskstats: in use'
		echo 1 >$kprobes
	fi
	program=i386/proctree
	tree_of "32-bit tool" "$FEWER" 'kprobe do_exit: in use' \
		./family -e 0
	snapshot_by "32-bit tool" 'taskstats$' i386/proctree
	program=./execsnoop

	# A program for 32 bits: its arguments are what /proc has, if it is there.
	exec_by "32-bit program" "$ROW: in use, self-test passed" ./nop32 100
	start -j -r
	sleep 3 | i386/forksnoop -H -i - 2>/dev/null
	stop
	grep -q '"args":\["i386/forksnoop","-H","-i","-"\],"args_state":"proc"' o
	check "arguments of a 32-bit program" $? "$(grep forksnoop o)"
fi
same_state "nothing left behind by the machine's part"
