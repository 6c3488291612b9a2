#!/usr/bin/env bats
# exitsnoop: every process that ends has one line, and what the line says is
# what its parent was told (tests/prog/exits.c, threads.c, rusage.c, forks.c).

load helper
load exits

setup_file()
{
	build nop exits threads rusage orphan forks
}

@test "20,000 of 20,000 lines, each with the right status" {
	many 20000
	start
	exits -c -n "$many"
	stop
	[ "$status" -eq 0 ]
	quiet
	check
	[ "$(wc -l <truth)" -eq "$many" ]
	[ "$(line exits $$ | awk '{ print $1, $5 }')" = "$exits 0" ]
}

@test "without taskstats: the same, but for core files" {
	under=$NO_STATS start -v
	exits -c -n 2000
	stop
	[ "$status" -eq 0 ]
	check core
	grep -q '^exitsnoop: exit status: taskstats: needs the first network namespace' err
	refute grep -q 'lost' err
}

# threads_check: ./said against ./out, which has TIDs
threads_check()
{
	awk -v parent="$threads" "$TEXT"'
	function wrong(why) { print "wrong (" why ")" (bad = 1) }
	NR == FNR {
		kind[$2] = $1
		count[$2] = $3 - ($1 == "exec-thread")
		end[$2] = $1 == "leader-plain" ? "?" : text($4)
		# no core file is allowed
		any_core[$2] = $1 == "segv" ? "SIGSEGV+core?" : end[$2]
		name[$2] = $5
		next
	}
	!($1 in kind) || $3 != parent { next }
	tids[$2]++ { wrong(kind[$1] " has the TID " $2 " twice") }
	$1 != $2 { others[$1]++; next }
	lines[$1]++ { wrong(kind[$1] " twice") }
	$6 != end[$1] && $6 != any_core[$1] { wrong(kind[$1] " is " end[$1] ": " $0) }
	$4 != name[$1] { wrong(kind[$1] " is " name[$1] ": " $0) }
	$5 !~ /^0\.[0-9]+$/ { wrong("age: " $0) }
	END {
		for (p in kind) {
			if (!lines[p])
				wrong(kind[p] " has no line")
			if (others[p] != count[p])
				wrong(kind[p] " has " others[p] + 0 \
				    " threads, not " count[p])
		}
		exit bad
	}' said out
}

@test "threads: one line a process, with -L one a thread, however it ends" {
	for under in '' "$NO_STATS"; do
		start -L
		"$bin/threads" "$bin" >said 3>&- 9>&- &
		threads=$!
		wait "$threads"
		stop
		quiet
		[ "$(wc -l <said)" -eq 11 ]
		threads_check
		# And without -L: the same lines, but for the threads.
		start
		"$bin/threads" "$bin" >said 3>&- 9>&- &
		threads=$!
		wait "$threads"
		stop
		awk '{ print $1, $0 }' out >twice
		awk '{ $3 = ($1 == "exec-thread") + 0; print }' said >none
		mv twice out
		mv none said
		threads_check
	done
}

@test "leader first: the process ends with its last thread" {
	start -t -L
	"$bin/threads" "$bin" >said 3>&- 9>&-
	stop
	for kind in leader-first leader-last-status; do
		pid=$(awk -v k="$kind" '$1 == k { print $2 }' said)
		# The line of the process comes when the last one is gone.
		awk -v p="$pid" '$2 == p' out >lines
		[ "$(wc -l <lines)" -eq 6 ]
		[ "$(tail -n 1 lines | awk '{ print $2 == $3 }')" = 1 ]
	done
}

# Pids come again: what a line says is of this process.
@test "pids that come again: 50,000 of 50,000 lines, all right" {
	many 50000
	few_pids
	start -t -a
	exits -n "$many"
	stop
	many_pids
	[ "$status" -eq 0 ]
	quiet
	check
	[ "$(cut -d ' ' -f 2 truth | sort -u | wc -l)" -lt $((many / 5)) ]
	# None of them has executed anything: they are copies.
	awk -v p="$exits" -v args="$bin/exits -n $many -t truth" -v all="$many" '
	$3 == p && $4 ~ /^e[0-9]/ {
		n++
		if (substr($0, index($0, " /") + 1) != args) {
			print "wrong: " $0
			exit bad = 1
		}
	}
	END { exit bad || n != all }' out
}

# storm_and_sleep [options]: a storm in the middle of which the tool sleeps
storm_and_sleep()
{
	start -b 4 "$@"
	(
		nap 0.3
		kill -STOP "$tool_pid"
		nap 0.3
		kill -CONT "$tool_pid"
	) 3>&- &
	exits -n "$many" -j 8
	wait $!
	stop
	[ "$status" -eq 0 ]
	cat err
}

@test "a small buffer, pids that come again: losses are told, nothing wrong" {
	many 10000
	few_pids
	for under in '' "$NO_STATS"; do
		storm_and_sleep -t
		check lost >checked || fail "$(<checked)"
		cat checked
		read -r lines _ known _ <checked
		[ "$lines" -lt "$many" ]
		[ "$known" -gt 0 ]
		grep -Eq '^exitsnoop: (at least )?[0-9]+ events lost' err
	done
}

@test "-R: what wait4 says, for 1,000 processes" {
	start -R -j
	"$bin/rusage" -n 1000 >said 3>&- 9>&- &
	parent=$!
	wait "$parent"
	stop
	quiet
	jq -r --argjson p "$parent" 'select(.ppid == $p and .comm == "rusage") |
	    [.pid, .exit, .maxrss, .cpu // "-", .cpu_min // 0, .cpu_max // "-",
	    .utime // "-", .stime // "-", .nvcsw] | join(" ")' out >used
	# wait4 divides the time again when the exit is over: user and system are
	# off by what fell to a tick more.
	awk '
	function off(a, b, least,   d) {
		d = a < b ? b - a : a - b
		return d > least && d > b / 20
	}
	NR == FNR {
		p = $1 " " ++reaped[$1] # a pid may come again
		cpu[p] = $2 + $3
		user[p] = $2
		rss[p] = $4
		next
	}
	{
		p = $1 " " ++ended[$1]
		lines++
		known += $4 != "-"
	}
	!(p in cpu) || $2 != 0 || off($3 / 1024, rss[p], 0) ||
	    ($4 != "-" && off($4 * 1e6, cpu[p], 100)) ||
	    $5 * 1e6 > cpu[p] + 1 || ($6 != "-" && $6 * 1e6 < cpu[p] - 1) ||
	    $6 == "-" && $5 == 0 {
		print "wrong: " $0 ", truth " cpu[p], rss[p]
		bad++
	}
	$7 != "-" && off($7 * 1e6, user[p], 10000) { beyond++ }
	END {
		print lines " lines, " known + 0 " exact, user of " \
		    beyond + 0 " off, wrong " bad + 0
		exit bad || lines != 1000 || beyond > 20
	}' said used
}

@test "-R without taskstats: not known, and -v says why" {
	under=$NO_STATS start -R -v
	"$bin/nop" &
	pid=$!
	wait "$pid"
	stop
	[ "$(awk -v p="$pid" '$1 == p { print $5, $6, $7, $8, $9, $10, $11 }' out)" \
	    = "0 ? ? ? ? ? ?" ]
	grep -q '^exitsnoop: .*taskstats: needs the first network namespace' err
	under=$NO_STATS start -R -j
	"$bin/nop" &
	pid=$!
	wait "$pid"
	stop
	jq -se --argjson p "$pid" 'map(select(.pid == $p) | [.cpu, .utime,
	    .wait, .maxrss, .read, .write, .exit]) == [[null, null, null, null,
	    null, null, 0]]' out
}

@test "killed before its exec; every kind of fork" {
	start -a
	bash -c '(echo $BASHPID >killed; kill -KILL $BASHPID); :' "$tag" || :
	"$bin/forks" "$bin/nop" >said &
	forks=$!
	wait "$forks"
	stop
	quiet
	grep -E "^ *$(<killed) +[0-9]+ bash +[0-9.]+ SIGKILL +bash -c .*$tag$" \
	    out
	[ "$(wc -l <said)" -ge 10 ]
	while read -r kind pid tid ppid; do
		comm=forks args="$bin/forks $bin/nop"
		[ "$kind" != spawn ] || comm=nop args=$bin/nop
		[ "$pid" = "$tid" ] || continue
		grep -E "^ *$pid +$ppid $comm +[0-9.]+ 0 +$args$" out
	done <said
}

# The journal of a file system has one as long as that is mounted.
@test "a thread of the kernel" {
	truncate -s 8M image
	mke2fs -q -t ext4 image 9>&-
	mkdir mounted
	start
	unshare -m mount -o loop image mounted 9>&-
	until_true journal_ended
	stop
}

journal_ended()
{
	grep -Eq '^ *[0-9]+      2 jbd2/loop[0-9]+-8 +[0-9]+\.[0-9]{6} 0$' out
}

@test "a process whose parent is gone: who forked it" {
	start
	"$bin/orphan" "$bin/nop" "$tag" >forked 9>&-
	read -r pid ppid <forked
	until_true is_gone "$pid"
	nap 0.1
	stop
	[ "$(line nop "$ppid" | awk '{ print $1, $5 }')" = "$pid 0" ]
}

@test "a process that was there before: its age in hundredths" {
	mkfifo words
	sh -c 'read -r _ <words; exit 7' 3>&- 9>&- &
	pid=$!
	read -r -a stat <"/proc/$pid/stat"
	nap 0.5
	start
	before=$(up)
	echo >words
	wait "$pid" || :
	after=$(up)
	stop
	line sh $$ | awk -v p="$pid" -v start="${stat[21]}" -v b="$before" \
	    -v a="$after" '
	$1 == p && $5 == 7 && $4 ~ /^[0-9]+\.[0-9][0-9]$/ &&
	    $4 >= b - start / 100 - 0.02 && $4 <= a - start / 100 + 0.02 {
		found = 1
	}
	END { exit !found }'
}

@test "-R: two for each CPU: they run, wait for a CPU, and nothing else" {
	n=$(($(nproc) * 2)) TIMEFORMAT='%U %S'
	start -R -j
	for ((i = 0; i < n; i++)); do
		{
			time awk 'BEGIN { for (i = 0; i < 8000000; i++) s += i }'
		} 2>"took.$i" 3>&- 9>&- &
		jobs[i]=$!
	done
	wait "${jobs[@]}"
	stop
	jq -r 'select(.comm | test("awk")) | [.age, .cpu // .cpu_min, .wait,
	    .blocked // (.age - .cpu_min - .wait), .nvcsw, .nivcsw] |
	    join(" ")' out >parts
	cat parts
	sort -n took.* | awk '{ print $1 + $2 }' | sort -n >truth
	awk '{ print $2 }' parts | sort -n | paste truth - | awk '
	{ d = $1 - $2; if (d > $1 / 20 || -d > $1 / 20) bad = 1 }
	END { exit bad || NR != '"$n"' }'
	# Nothing else runs here, or it does: half of the time at least.
	awk '{ off = ($2 + $3 + $4 - $1) / $1 }
	off > 0.02 || off < -0.02 || $4 > $1 / 20 || $3 < $1 / 4 { bad = 1 }
	{ wait += $3; all += $1 }
	END { exit bad || wait / all < 0.4 }' parts
}
