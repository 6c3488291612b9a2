#!/usr/bin/env bats
# Trace output as people have it: pasted, quoted, cut, of other formats.

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || return 1
	tests=$TREE/tests
	pasted=$tests/data/text/pasted
	PROCTREE=$TREE/proctree/proctree
}

# shows TOOL [OPTION ...] NAME: the tool prints of NAME.txt what standard input
# has, and nothing on standard error
shows()
{
	name=${!#}
	cat >want
	"$tests/../$1/$1" -H "${@:2:$#-2}" -i "$pasted/$name.txt" >out 2>err
	diff want out
	[ ! -s err ] || { cat err; return 1; }
}

# says TEXT: that is in err
says()
{
	grep -qF -- "$1" err || { cat err; return 1; }
}

@test "leading blanks stripped" {
	shows forksnoop android-trimmed <<-'EOF'
		  5192  5170? ?      app.example:MSF
		  5201   5192 ?      Thread-300
		  5211   5201 ?      helper2
	EOF
	shows execsnoop android-trimmed <<-'EOF'
		  5201   5192 /data/app_bin/helper2 [?]
	EOF
	shows exitsnoop android-trimmed <<-'EOF'
		  5201   5192 helper2              0.045548 ?
	EOF
}

@test "who sent the signal" {
	shows exitsnoop -x who-killed <<-'EOF'
		  1617   700? worker               0.582900 SIGKILL       1465 cleanup.sh
	EOF
	"$tests/../exitsnoop/exitsnoop" -j -i "$pasted/who-killed.txt" >out
	jq -e '.by == { pid: 1465, comm: "cleanup.sh", why: "user" }' out
	"$PROCTREE" -i "$pasted/who-killed.txt" 2>err >out
	grep -q ' SIGKILL .*/usr/bin/worker \[?\] \[by 1465 cleanup.sh\]$' out
}

@test "carriage returns, blanks at the end" {
	shows forksnoop crlf <<-'EOF'
		   501    500 vfork  sh
	EOF
	shows execsnoop crlf <<-'EOF'
		   500      ? /usr/bin/sh [?]
		   501    500 /bin/true [?]
	EOF
	shows exitsnoop trailing-blanks <<-'EOF'
		  1240   900? bash                 0.058690 ?
	EOF
}

@test "trace-cmd report --ts-diff" {
	shows execsnoop ts-diff <<-'EOF'
		 20036      ? /usr/bin/sh [?]
		 20037  20036 /bin/true [?]
	EOF
	shows forksnoop ts-diff <<-'EOF'
		 20037  20036 vfork  sh
	EOF
	shows exitsnoop ts-diff <<-'EOF'
		 20037  20036 true                 0.000823 ?
	EOF
}

@test "latency-format: times since the trace began" {
	shows forksnoop -t latency <<-'EOF'
		0.008500          17915 17902? fork   bash
	EOF
	shows execsnoop latency <<-'EOF'
		 17915 17902? /usr/bin/sh [?]
	EOF
	shows exitsnoop latency <<-'EOF'
		 17915 17902? sh                   0.001421 ?
	EOF
}

@test "perf script" {
	shows execsnoop perf-script <<-'EOF'
		 50044 50034? /usr/bin/mount [?]
		 50048   173? /usr/sbin/xfs_admin [?]
	EOF
	shows forksnoop perf-script <<-'EOF'
		 50044 50034? ?      bash
		 50048   173? ?      systemd-udevd
	EOF
}

@test "a clock of an unknown unit: order, no times" {
	"$EXECSNOOP" -t -H -i "$pasted/clock-tsc.txt" >out 2>err
	[ "$(cat out)" = "?                    81    78? /bin/date [?]" ]
	says "does not count seconds"
	"$EXECSNOOP" -j -i "$pasted/clock-tsc.txt" 2>err |
	    jq -e '.ts == null and .pid == 81'
	"$tests/../exitsnoop/exitsnoop" -H -i "$pasted/clock-tsc.txt" >out 2>err
	[ "$(cat out)" = "    81    78? date                        ? ?" ]
	"$PROCTREE" -j -i "$pasted/clock-tsc.txt" 2>err |
	    jq -e '.processes | all(.start == null and .end == null)'
	"$PROCTREE" -i "$pasted/clock-tsc.txt" 2>err >out
	grep -Eq '^ +81 +\? +\? .* /bin/date' out
	says "does not count seconds"
}

@test "TGID: the process of a thread" {
	shows execsnoop tgid-thread <<-'EOF'
		  9001    712 /system/bin/sh [?]
	EOF
	shows forksnoop tgid-thread <<-'EOF'
		  9001    712 fork   Binder:712_3
	EOF
	"$PROCTREE" -j -i "$pasted/tgid-thread.txt" 2>err >out
	jq -e '.processes | map(.pid) == [712, 9001]' out
	jq -e '.processes as [$a, $b] | $b.parent == $a.id' out
}

@test "parents from the text: an exec proves a process, a fork names a task" {
	shows execsnoop exec-parent <<-'EOF'
		   500      ? /usr/bin/sh [?]
		   501    500 /bin/true [?]
	EOF
	shows exitsnoop exec-parent <<-'EOF'
		   501    500 true                 0.002000 ?
		   500      ? sh                          ? ?
	EOF
	shows exitsnoop before-parent <<-'EOF'
		   501 29127? run                  0.002000 ?
		   502 29127? run                  0.002000 ?
		 29127      ? supervise                   ? ?
	EOF
	shows exitsnoop -p 29127 before-parent <<-'EOF'
		   501  29127 run                  0.002000 ?
		   502  29127 run                  0.002000 ?
		 29127      ? supervise                   ? ?
	EOF
	"$tests/../forksnoop/forksnoop" -j -i "$pasted/before-parent.txt" |
	    jq -se 'all(.ppid == 29127 and .ppid_certain == false)'
	"$tests/../forksnoop/forksnoop" -j -i "$pasted/exec-parent.txt" |
	    jq -se 'all(.ppid == 500 and (has("ppid_certain") | not))'
	"$PROCTREE" -i "$pasted/before-parent.txt" 2>err >out
	grep -Eq '^ +29127 .*\[supervise\]' out
}

@test "CLONE_PARENT: below the parent of the one that forked" {
	for name in runc-cut runc-clone-parent; do
		"$PROCTREE" -j -i "$pasted/$name.txt" 2>err >out
		jq -e '.processes as $p | ($p[] | select(.pid == 17029).id) as $r |
		    $p | map(select(.pid != 17029)) | length == 3 and
		    all(.parent == $r and (has("reparented") | not))' out
	done
	# The parent of that one is not in the text: it is not known, and never
	# the one that forked.
	sed '/-17029 /d' "$pasted/runc-cut.txt" >text
	"$PROCTREE" -j -i text 2>err >out
	jq -e '.processes | (.[] | select(.pid == 17045).id) as $r |
	    map(select(.pid != 17045)) | length == 2 and all(.parent != $r)' out
	"$EXECSNOOP" -H -i text >out
	grep -qx ' 17047      ? /bin/bash \[?\]' out
}

@test "PIDs are reused: below the first one" {
	"$PROCTREE" -j -i "$pasted/pid-recycle.txt" 2>err >out
	jq -e '.processes as $p | ($p | map(select(.pid == 100)) |
	    min_by(.start).id) as $first |
	    $p[] | select(.pid == 101).parent == $first' out
}

@test "perf-tools' own probe: an exec that a later event shows" {
	shows execsnoop perftools-kprobe <<-'EOF'
		 22905 22898? man ls [...]
	EOF
	sed '/sched_process_exit/d' "$pasted/perftools-kprobe.txt" >text
	"$EXECSNOOP" -H -i text >out 2>err
	[ ! -s out ]
	says "1 line not understood, the first is line 4: nothing shows"
}

@test "sys_execve and its return" {
	shows execsnoop sys-execve <<-'EOF'
		 22905 22898? /bin/ls [?]
	EOF
	shows execsnoop -x sys-execve <<-'EOF'
		 22905 22898?  ENOENT ? [?]
		 22905 22898?       0 /bin/ls [?]
	EOF
	# With sched_process_exec, that is the exec, and once.
	awk '{ print } /bin\/ls"/ { print "              ls-22905   [000] ....  " \
	    " 756.154500: sched_process_exec: filename=/bin/ls pid=22905 " \
	    "old_pid=22905" }' "$pasted/sys-execve.txt" >text
	"$EXECSNOOP" -H -i text >out 2>err
	[ "$(cat out)" = " 22905 22898? /bin/ls [?]" ]
	# ENOENT becomes ERESTARTNOINTR: that call begins again.
	sed 's/0xfffffffffffffffe/0xfffffffffffffdff/' \
	    "$pasted/sys-execve.txt" >text
	"$EXECSNOOP" -H -x -i text >out 2>err
	[ "$(cat out)" = " 22905 22898?       0 /bin/ls [?]" ]
}

@test "function_graph: events are comments" {
	cat >text <<-'EOF'
		# tracer: function_graph
		#
		   10.000001 |   0)    bash-500     |               |  /* task_newtask: pid=501 comm=bash clone_flags=1200000 oom_score_adj=0 */
		   10.000002 |   0)    bash-500     |               |  /* sched_process_fork: comm=bash pid=500 child_comm=bash child_pid=501 */
		   10.000003 |   1)    true-501     |               |  /* sched_process_exec: filename=/bin/true pid=501 old_pid=501 */
		   10.000503 |   1)    true-501     |               |  /* sched_process_exit: comm=true pid=501 prio=120 group_dead=true */
	EOF
	"$tests/../exitsnoop/exitsnoop" -H -i text >out 2>err
	[ "$(cat out)" = "   501   500? true                 0.000502 ?" ]
	# The columns can be off: the events name their tasks.
	sed 's/^ *[0-9.]* |//; s/ [a-z]*-50[01]  *|/ /' text >bare
	"$EXECSNOOP" -H -i bare >out 2>err
	[ "$(cat out)" = "   501   500? /bin/true [?]" ]
}

@test "what is not understood is counted and reported, with its first line" {
	{
		cat "$pasted/exec-parent.txt"
		echo "              sh-500     [001] .....    10.005000: (?) sched_process_exec: filename=/x pid=500 old_pid=500"
		echo "of no shape"
	} >text
	"$EXECSNOOP" -H -i text >out 2>err
	[ "$(wc -l <out)" -eq 2 ]
	says "2 lines not understood, the first is line 9: "
}

@test "lines that a mailer wrapped" {
	fold -s -w 76 "$pasted/exec-parent.txt" | sed 's/ *$//; s/^/> /' >text
	"$EXECSNOOP" -H -i text >out 2>err
	shows execsnoop exec-parent <out
	# Where a path may have had the newline, nothing is joined.
	cat >text <<-'EOF'
		              sh-500     [001] .....    10.000000: sched_process_exec: filename=/usr/bin/sh
		x pid=500 old_pid=500
	EOF
	"$EXECSNOOP" -H -i text >out 2>err
	[ ! -s out ]
	says "2 lines not understood, the first is line 1: "
}

@test "no fork, exec or exit at all: it says so" {
	for name in switch-only noevents; do
		"$EXECSNOOP" -H -i "$pasted/$name.txt" >out 2>err
		[ ! -s out ]
		says "no event of a fork, an exec or an exit"
	done
}

@test "lost events: no advice that cannot help" {
	"$tests/../exitsnoop/exitsnoop" -i "$pasted/lost-hint.txt" >out 2>err
	says "5 events lost"
	refute says "-b"
}

@test "a line of 3 MB is reported, and takes 1 MB" {
	{
		cat "$pasted/exec-parent.txt"
		head -c 3000000 /dev/zero | tr '\0' x
		echo
		sed 's/10\.00/11.00/' "$pasted/crlf.txt"
	} >text
	"$EXECSNOOP" -H -r -i text >out 2>err
	[ "$(wc -l <out)" -eq 4 ]
	says "1 line not understood, the first is line 9: longer than 1 MB"
}

@test "a file of another tool, compressed, or a directory: what to run" {
	printf '\037\213\010\0' >a.gz
	printf '\050\265\057\375' >a.zst
	printf '\375\067zXZ\0' >a.xz
	printf 'BZh91AY' >a.bz2
	printf '\027\010\104tracing6' >trace.dat
	printf 'PERFILE2' >perf.data
	for try in "a.gz zcat a.gz" "a.zst zstdcat a.zst" "a.xz xzcat a.xz" \
	    "a.bz2 bzcat a.bz2" "trace.dat trace-cmd report -i trace.dat" \
	    "perf.data perf script -i perf.data"; do
		run -1 "$EXECSNOOP" -i "${try%% *}"
		echo "$output"
		[[ "$output" == *"(${try#* } | execsnoop -i -)"* ]]
	done
	run -1 "$EXECSNOOP" -i .
	[[ "$output" == *"directory"* ]]
}

# A text of three events, of which the second line is changed by a command of
# sed.
changed()
{
	cat >text <<-EOF
	              sh-7       [000] .....     1.000001: sched_process_fork: comm=sh pid=7 child_comm=sh child_pid=8
	              ls-8       [000] .....     1.000002: sched_process_exec: filename=/bin/ls pid=8 old_pid=8
	              ls-8       [000] .....     1.000003: sched_process_exit: comm=ls pid=8 prio=120
	EOF
	sed -i "$1" text
}

@test "a name that was changed or cut: reported with its line" {
	for how in 's/sched_process/\x1b[01;31m\x1b[K&\x1b[m\x1b[K/' \
	    's/_/\\_/g' 's/sched/Sched/' 's/sched_//' 's/process_/process-/' \
	    's/_exec:.*//' 's/sched_.*/sch/' 's/: sched.*/:/' 's/_exec:/_exec/' \
	    's/ sched_process_exec://' 's/filename=/filename: /'; do
		changed "2$how"
		tool -i text
		[ "$status" -eq 0 ]
		[ "$(<err)" = "execsnoop: text: 1 line not understood, the first is line 2: cut off, or not as a kernel prints it" ]
	done
	changed '1s/sched/shed/'
	tool -i text
	grep 'the first is line 1: ' err
}

@test "events of another kind are not counted" {
	changed '2s/: sched.*/: sched_switch: prev_comm=sh prev_pid=7 prev_prio=120 ==> next_comm=ls next_pid=8/'
	printf '%s\n' \
	    "  ls-8   [000] .....  1.000004: sched_process_free: comm=ls pid=8 prio=120" \
	    "  ls-8   [000] .....  1.000004: do_exit <-do_group_exit" \
	    "  ls-8   [000] .....  1.000004: sys_close(fd: 3)" \
	    "  ls-8   [000] .....  1.000005: task_rename: pid=8 oldcomm=sh newcomm=ls oom_score_adj=0" >>text
	tool -i text
	[ "$status" -eq 0 ]
	[ ! -s err ]
}

@test "lines that are not in the order of time: it says so" {
	changed '2s/1.000002/0.900000/'
	tool -i text
	[ "$(<err)" = "execsnoop: text: line 2 is older than the one before (sort them by time)" ]
	# Events of several CPUs come a little late.
	changed '2s/1.000002/0.999900/'
	tool -i text
	[ ! -s err ]
}
