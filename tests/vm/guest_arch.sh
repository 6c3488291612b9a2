# The part of guest.sh that depends on the machine: strings of any length, the
# row after the first, no kprobes, and tools for 32 bits on a kernel for 64.

# Every exec of lengths has one line, complete or marked.
lengths_by() { # NAME
	start -j
	./lengths /t/nop-static >truth
	check "lengths itself, $1" $?
	usleep 300000
	stop
	check "ends with 0, $1" $status "$(cat e)"
	awk 'function member(name,	v) {
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

before >state
lengths_by "$ROW"

# A kernel without the place of the first row.
if [ -e execsnoop-row2 ]; then
	program=./execsnoop-row2
	exec_by "no start_thread" 'finalize_exec: in use, proved itself' ./nop-static 0
	lengths_by finalize_exec
	program=./execsnoop
fi

echo 0 >$kprobes
case $without in
*5) exec_by "without kprobes" 'row 3: uprobes: Linux before 6.12' ./nop-shared 100 ;;
*)
	exec_by "without kprobes" 'row 3: .*in use, proved itself' ./nop-shared 2
	echo 1 >/proc/sys/kernel/panic_on_warn
	exec_by "panic_on_warn" 'row 3: uprobes: .*panic_on_warn' ./nop-shared 100
	echo 0 >/proc/sys/kernel/panic_on_warn
	;;
esac
echo 1 >$kprobes

# A program that is not for the kernel's own width cannot prove a row.
if [ -d i386 ]; then
	program=i386/execsnoop
	exec_by "32-bit tool" 'row 5: arguments from /proc' ./nop-static 100
	lengths_by "32-bit tool"
	program=i386/exitsnoop
	exits_by "kprobe do_exit" "$FEWER" 'kprobe do_exit: in use'
	usage_by
	echo 0 >$kprobes
	exits_by "taskstats" "$FEWER" 'exit status: taskstats: in use'
	echo 1 >$kprobes
	program=i386/proctree
	tree_of "32-bit tool" "$FEWER" 'kprobe do_exit: in use' \
		./family -e 0
	snapshot_by "32-bit tool" 'taskstats$' i386/proctree
	program=./execsnoop

	# A program for 32 bits: its arguments are what /proc has, if it is there.
	exec_by "32-bit program" "$ROW: in use, proved itself" ./nop32 100
	start -j -r
	sleep 3 | i386/forksnoop -H -i - 2>/dev/null
	stop
	grep -q '"args":\["i386/forksnoop","-H","-i","-"\],"args_state":"proc"' o
	check "arguments of a 32-bit program" $? "$(grep forksnoop o)"
fi
before | cmp -s - state
check "nothing left behind by the machine's part" $? "$(before | diff - state)"
