# The part of guest.sh for proctree: trees that family, /proc or the kernel's
# own text knows. An emulated exec takes as long as ten forks.
FAMILY=${FAMILY:-10000}
EXECUTED=${EXECUTED:-2} # percent of them
SMALL=${SMALL:-2000}    # the others

# Start it, wait until it traces; what it draws it draws at the end.
begin() {
	rm -f o e
	$program "$@" >o 2>e &
	tool=$!
	i=0
	until grep -q '^proctree: tracing' e || [ $i -gt 200 ]; do
		usleep 50000
		i=$((i + 1))
	done
}

# NAME OPTION... : does treecheck find drawn.json right? What is not is kept.
wrong=0
treecheck() {
	name_of_tree=$1
	shift
	./treecheck "$@" truth drawn.json >cmp
	right=$?
	if [ $right != 0 ]; then
		wrong=$((wrong + 1))
		mkdir -p out/wrong$wrong
		cp truth drawn.json e out/wrong$wrong
	fi
	check "$name_of_tree" $right "$(cat cmp)"
}

# NAME COUNT WORDS-OF-v FAMILY-COMMAND: the tree of it is right, its own words
# are that all is there, and a recording says the same.
tree_of() {
	name=$1 count=$2 words=$3
	shift 3
	$program -v -w rec -o json -O drawn.json -- "$@" -n "$count" -t truth \
		>family.out 2>e
	check "family itself, $name" $? "$(cat family.out; tail -3 e)"
	grep -q "$words" e
	check "$name in use" $? "$(cat e)"
	treecheck "tree of $count, $name ($(cat family.out))"
	tail -n 1 e | grep -q "^proctree: $count processes, 0 orphans, \
0 missing comms, 0 with missing arguments, 0 events lost, "
	check "it says that all is there, $name" $? "$(tail -n 1 e)"
	./proctree -i rec -o json -O replayed.json 2>e2
	check "-i ends with 0, $name" $? "$(cat e2)"
	cmp -s drawn.json replayed.json
	check "the same from the recording, $name" $? \
		"$(diff drawn.json replayed.json | head -4)"
	tail -n 1 e | cmp -s - e2
	check "the same closing line, $name" $? "$(cat e2)"
}

before >state
program=./proctree
tree_of "kprobe do_exit" "$FAMILY" 'kprobe do_exit: in use, self-test passed' \
	./family -e "$EXECUTED"
grep -q "$ROW: in use, self-test passed" e &&
	grep -q 'taskstats: in use, self-test passed' e
check "$ROW and taskstats in use" $? "$(cat e)"

# Numbers that are used again all the time; 200 of them are for family.
pids 500
tree_of "pid_max 500" "$FAMILY" 'kprobe do_exit: in use, self-test passed' \
	./family -e "$EXECUTED" -d 20 -j 2 -s 2
pids $pid_max
reuses=$(sed -n 's/.* \([0-9]*\) pid reuses.*/\1/p' e)
[ "${reuses:-0}" -gt $((FAMILY - 500)) ]
check "with pid_max 500 pids come again, ${reuses:-0} of $FAMILY" $? \
	"$(tail -n 1 e)"

# A machine without kprobes: arguments come from the dynamic loader, or not for
# certain.
printf '#!/bin/sh\nexec unshare -n ./proctree "$@"\n' >notree
chmod 755 notree
if [ -n "$kprobes" ]; then
	echo 0 >$kprobes
	execs=
	case $without in *proc) execs='-e 0' ;; esac
	tree_of "without kprobes" "$SMALL" \
		'exit status: taskstats: in use, self-test passed' \
		./family-shared $execs -s 3
	if [ -n "$hidden" ]; then
		skip "a tree without taskstats" "signals stay unknown"
	elif runs unshare -n true && [ -d $T/events/syscalls ]; then
		program=./notree
		tree_of "without taskstats" "$SMALL" \
			'exit_group and signals: in use' \
			./family-shared $execs -s 4
		[ "$(grep -c '"cpu":null' drawn.json)" -ge "$SMALL" ]
		check "no CPU time without taskstats" $? "$(head -3 drawn.json)"
	else
		skip "a tree without taskstats" \
			"no net namespaces, or no events of system calls"
	fi
	echo 1 >$kprobes
	program=./proctree
else
	skip "a tree without kprobes" "debugfs has no kprobes/enabled"
fi

# A ring buffer that is too small, of one who sleeps now and then: losses are
# told.
begin -b 4 -o json -O drawn.json -- ./family -e "$EXECUTED" -n "$LOSSY" -t truth
i=0
until grep -q '^family: ' o || [ $i -gt 100 ]; do
	kill -STOP $tool
	usleep 1000000
	kill -CONT $tool
	usleep 200000
	i=$((i + 1))
done
wait $tool
status=$?
check "-b 4 ends as family" $status "$status: $(tail -n 3 e; tail -n 3 o)"
lost=$(sed -n 's/.*, \(at least \)*\([0-9]*\) events lost.*/\2/p' e)
[ "${lost:-0}" -gt 0 ]
check "-b 4: ${lost:-0} events lost, told" $? "$(tail -1 e)"
treecheck "-b 4: nothing wrong in what is left" -l

# The text of the kernel itself, of the same processes.
text=$T/instances/text
mkdir $text
# Before 4.12 there is no clock that /proc has, too.
echo boot 2>/dev/null >$text/trace_clock || echo global >$text/trace_clock
echo 4096 >$text/buffer_size_kb
for event in sched/sched_process_fork sched/sched_process_exec \
	sched/sched_process_exit task/task_newtask; do
	echo 1 >$text/events/$event/enable
done
cat $text/trace_pipe >kernel.text &
cat=$!
$program -o json -O drawn.json -- ./family -n 300 -t truth >family.out 2>e
usleep 300000
echo 0 >$text/events/enable
kill $cat
wait $cat 2>/dev/null
rmdir $text
treecheck "tree of 300 while others trace"
top=$(awk '{ print $2; exit }' truth)
./proctree -i kernel.text -p "$top" -o json -O text.json 2>e
check "kernel text is read" $? "$(cat e)"
same="pid generation ppid above comm path threads reparented"
for f in drawn text; do
	awk -f tree.awk -v want="$same" $f.json |
		sed 's/ 1*[0-9]*\.[0-9]*$/ reparented/' | sort >$f
done
cmp -s drawn text && [ "$(wc -l <text)" = 300 ]
check "kernel text: the tree is that of the trace" $? \
	"$(diff drawn text | head -6)"
./proctree -i kernel.text -o json -O text.json 2>e
awk -f tree.awk -v want="pid above" text.json >text
awk 'NR == FNR { pid[$1] = $2; above[$2] = $3; n++; next }
	$1 in above { seen++
		if (above[$1] != "-" && $2 != pid[above[$1]]) { bad++; print } }
	END { print seen, "of", n; exit bad || seen != n }' truth text >cmp
check "kernel text: right parents without -p" $? "$(cat cmp)"

# ---- snapshots ----

# All that /proc has, read by no process but this shell.
proc_stats() {
	for f in /proc/[0-9]*/stat; do
		IFS= read -r line 2>/dev/null <"$f" && echo "$line"
	done
}
members="pid above state start comm"
# Kernel workers come and go; the names of other threads of the kernel are longer
# in some versions.
select_tree() { # FILE
	awk -f tree.awk -v want="$members" "$1" |
		sed -E 's/( [^ ]{15})[^ ]*$/\1/' |
		grep -Ev ' (kworker/.*|proctree|unshare)$' | sort -n
}
# START may be off by a tick of /proc, and what is 4 ms wrong by the list.
compare_snapshot() { # NAME
	select_tree stats >want
	select_tree drawn.json >got
	awk 'NR == FNR { start[$1] = $4; $4 = ""; want[$1] = $0; n++; next }
		{ s = $4; $4 = ""; seen[$1]++ }
		want[$1] != $0 || s < start[$1] - 0.005 || s > start[$1] + 0.015 {
			bad++; print "got " $0, s ", want " want[$1], start[$1] }
		END { for (p in want) if (seen[p] != 1) { bad++; print seen[p] + 0, want[p] }
			print n, "processes"
			exit bad || n < 20 }' want got >cmp
	check "$1" $? "$(cat cmp)"
}
# NAME WORDS-OF-v PROGRAM...: a snapshot by it, against /proc
snapshot_by() {
	name=$1 words=$2
	shift 2
	proc_stats >stats
	"$@" -s -v -o json -O drawn.json 2>e
	check "-s ends with 0, $name" $? "$(cat e)"
	grep -q "listed by $words" e
	check "-s lists by the right way, $name" $? "$(cat e)"
	compare_snapshot "-s is what /proc says, $name"
}

: >still.out
./still >still.out &
still=$!
i=0
until grep -q ready still.out || [ $i -gt 100 ]; do
	usleep 50000
	i=$((i + 1))
done
proc_stats >stats
awk '/\(s-zombie\) Z / || /\(s-leader\) Z / || /\(s-orphan\) S 1 / ||
	/\(s-chain\) S / { n++ }
	END { exit n != 8 }' stats
check "still itself" $? "$(cat still.out)"
snapshot_by 'by taskstats' 'taskstats$' ./proctree
# 5.10 does not answer in other network namespaces, later kernels do.
snapshot_by 'in a network namespace' '\(/proc (no taskstats here)\|taskstats$\)' ./notree
snapshot_by 'in a pid namespace' '/proc (it is of another pid namespace)' \
	unshare -p -f ./proctree
./proctree -s -o json -O drawn.json 2>e
ps -o pid,ppid,comm >ps.out # alone: what begins beside it has other names yet
awk 'NR > 1 { $1 = $1; print }' ps.out |
	grep -Ev ' (kworker/.*|ps|sh)$' | sort -n >want
awk -f tree.awk -v want="pid ppid comm" drawn.json |
	grep -Ev ' (kworker/.*|proctree|sh)$' | sort -n >got
cmp -s want got && [ "$(wc -l <got)" -gt 20 ]
check "-s is what ps says" $? "$(diff want got | grep "^[-+]")"

proc_stats >stats
./proctree -s -L -o json -O drawn.json 2>e
awk -f tree.awk -v want="pid threads" stats >want
awk -f tree.awk -v want="above thread pid threads comm" drawn.json >got
awk 'NR == FNR { threads[$1] = $2; next }
	$2 == "true" { lines[$1]++; next }
	$3 in threads && $4 != threads[$3] { bad++; print }
	$5 ~ /^s-/ { n += $4; pid[$3] }
	END { for (p in pid) if (lines[p] != threads[p] - 1) {
			bad++; print p, lines[p], threads[p] }
		print n, "threads"
		exit bad || n != 14 }' want got >cmp
check "-s -L has the threads of each" $? "$(cat cmp; cat got)"
./proctree -s -p $still -o json -O drawn.json 2>e
[ "$(awk -f tree.awk -v want=comm drawn.json | sort | uniq -c |
	awk '{ printf "%s*%s,", $1, $2 }')" = \
	"1*s),5*s-chain,1*s-leader,1*s-threads,1*s-zombie,1*still," ]
check "-s -p" $? "$(cat e drawn.json)"
kill -9 -$still
wait $still 2>/dev/null

# Very many, in the same moment.
./crowd 1000 ./proctree -s -v -o json -O drawn.json >/dev/null 2>e
check "-s of a crowd ends with 0" $? "$(cat e)"
[ "$(awk -f tree.awk -v want="comm state" drawn.json |
	grep -c '^crowd running$')" = 1001 ]
check "-s has a crowd of 1000 and its parent" $? "$(cat e)"

# cgroup2 since 4.5.
mkdir -p /cg
if mount -t cgroup2 none /cg 2>/dev/null ||
	mount -t cgroup -o none,name=guest none /cg; then
	. ./guest_ancestors.sh
	umount /cg
else
	skip "-A" "no cgroups"
fi

# In a pid namespace the numbers are others, and the tree the same.
$program -o json -O drawn.json -- unshare -p -f ./family -n 300 -t truth \
	>family.out 2>e
check "family in a pid namespace" $? "$(cat family.out e)"
./treecheck -a truth drawn.json >cmp
tail -n 1 cmp | grep -q \
	'^treecheck: 300 processes, 300 wrong pid, 299 wrong ppid$'
check "tree of a pid namespace: right but for the numbers" $? "$(cat cmp)"
unshare -p -f --mount-proc ./proctree -s -v -o json -O drawn.json 2>e
[ $? = 0 ] && [ "$(awk -f tree.awk -v want="pid above comm" drawn.json)" = \
	"1 - proctree" ]
check "-s in a pid namespace with its own /proc" $? "$(cat e drawn.json)"

same_state "nothing left behind by proctree"
program=./execsnoop
