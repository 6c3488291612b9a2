#!/usr/bin/env bats
# Execs as fast as the machine goes: none is missing, wrong, or there twice.

load helper

setup_file()
{
	build brief-static nop nop-static sayppid sayppid-static storm
}

# How many events the kernel says it dropped for the tool that runs.
dropped()
{
	cat "$TRACEFS/instances/execsnoop-$tool_pid"-*/per_cpu/cpu*/stats |
	    awk '/^(overrun|dropped events): / { n += $NF }
	    END { print n + 0 }'
}

# check_json PROGRAM TRUTH: every record of PROGRAM in ./out is an exec of the
# storm, none is there twice, and what it says is right. Prints how many there
# are, and how many of them have their arguments. Words that are cut off or
# not known are no fault when args_state says so.
check_json()
{
	jq -r --arg program "$1" 'select(.path == $program) |
	    [.pid, .ppid, .args_state, .argc, (.args[] | . // "null")] |
	    join("\t")' out |
	awk -F '\t' -v program="$1" -v tag="$tag" -v OFS='\t' '
	function wrong(why) { print "wrong (" why "): " $0 >"wrong"; bad++ }
	NR == FNR {
		split($0, t, " ")
		number[t[2]] = t[1]
		caller[t[2]] = t[3]
		next
	}
	!($1 in number) { wrong("no such pid"); next }
	seen[$1]++ { wrong("twice"); next }
	$2 != caller[$1] { wrong("ppid") }
	{
		n = number[$1]
		split(program OFS tag OFS n OFS "a" n OFS "b c" n, arg, OFS)
		if ($4 != "" && $4 != 5)
			wrong("argc")
		for (i = 5; i <= NF; i++)
			if ($i != arg[i - 4] && !($i == "null" && $3 == "cut"))
				wrong("argument " i - 4)
		if ($3 == "none" && NF > 4 || NF > 9)
			wrong("state")
		if ($3 != "none" && $3 != "cut") {
			if (NF != 9)
				wrong("not all")
			full++
		}
		lines++
	}
	END { printf("%d %d\n", lines, full); exit bad > 0 }' "$2" - || {
		head -n 10 wrong
		return 1
	}
}

@test "dynamic: 10,000 of 10,000 lines, each with all its arguments" {
	many 10000
	start
	"$bin/storm" -n "$many" -j 4 -t truth "$bin/nop" "$tag" 3>&- 9>&-
	stop
	[ "$status" -eq 0 ]
	quiet
	truth_lines "$bin/nop" truth >expected
	[ "$(wc -l <expected)" -eq "$many" ]
	lines_of "$bin/nop " | sort >seen
	same expected seen
}

@test "dynamic, by vfork and posix_spawn: the same" {
	for how in vfork spawn; do
		start
		"$bin/storm" -n 2000 -j 2 -k "$how" -t truth "$bin/nop" \
		    "$tag" 3>&- 9>&-
		stop
		[ "$status" -eq 0 ]
		quiet
		truth_lines "$bin/nop" truth >expected
		lines_of "$bin/nop " | sort >seen
		same expected seen
	done
}

@test "static: every exec has one line, right or marked" {
	start -j
	"$bin/storm" -n 3000 -j 4 -t truth "$bin/nop-static" "$tag" 3>&- 9>&-
	stop
	[ "$status" -eq 0 ]
	quiet
	run -0 check_json "$bin/nop-static" truth
	echo "$output"
	[ "${output% *}" -eq 3000 ]
}

# Left to gather like those of programs that are known, most would be over.
@test "static: each seen for the first time, for 10 ms, while others run" {
	start
	"$bin/storm" -n 500 -r 100 "$bin/nop" "$tag" 3>&- 9>&- &
	sleep 1
	for i in {1..30}; do
		cp "$bin/brief-static" "$i"
		"./$i" 10 "$tag"
		rm "$i"
	done
	wait $!
	stop
	[ "$(grep -cE ' \./[0-9]+ ' out)" -eq 30 ]
	[ "$(grep -cE " \./[0-9]+ 10 $tag( |\$)" out)" -ge 20 ] || {
		grep -E ' \./[0-9]+ ' out
		return 1
	}
	quiet
}

@test "static: once it is probed, every exec has all its arguments" {
	start -j -v
	"$bin/nop-static" "$tag" 3>&- 9>&- &
	first=$!
	# Kprobes see everything at once; uprobes are set one by one.
	grep -Eq 'method (start_thread|finalize_exec): kprobe.*in use' err ||
	    until_true grep -q "$bin/nop-static.*in use from now on" err
	"$bin/storm" -n 2000 -j 4 -t truth "$bin/nop-static" "$tag" \
	    3>&- 9>&-
	stop
	[ "$status" -eq 0 ]
	jq -c --argjson pid "$first" 'select(.pid != $pid)' out >later
	mv later out
	run -0 check_json "$bin/nop-static" truth
	echo "$output"
	[ "$output" = "2000 2000" ]
}

@test "static: the line of text is marked where JSON says so" {
	start -w rec
	"$bin/storm" -n 200 -j 4 -t truth "$bin/nop-static" "$tag" 3>&- 9>&-
	stop
	truth_lines "$bin/nop-static" truth >expected
	awk -v program="$bin/nop-static" '{
		printf("%6d %6d %s [?]\n", $2, $3, program)
	}' truth | sort >marked
	sed 's/$/ [proc]/' expected >from_proc
	lines_of "$bin/nop-static " | sort >seen
	[ "$(wc -l <seen)" -eq 200 ]
	[ -z "$(sort -u expected marked from_proc | comm -13 - seen)" ]
}

@test "PPID is what getppid says, 10,000 of 10,000" {
	many 10000
	start
	"$bin/storm" -n "$many" -j 4 "$bin/sayppid" "$tag" 3>said 9>&-
	stop
	[ "$status" -eq 0 ]
	quiet
	awk '{ print $2, $3, $1 }' said | sort >expected
	[ "$(wc -l <expected)" -eq "$many" ]
	lines_of "$bin/sayppid " | awk '{ print $1, $2, $5 }' | sort >seen
	same expected seen
}

# check_loosely TRUTH: as check_json, but a parent may be unknown
check_loosely()
{
	jq -r --arg program "$bin/nop" 'select(.path == $program and
	    .ppid == null) | .pid' out >unknown
	awk '{
		while ((getline pid <"unknown") > 0)
			unknown[pid] = 1
		print $1, $2, $2 in unknown ? "" : $3
	}' "$1" >truth.loose
	check_json "$bin/nop" truth.loose
}

# A storm in the middle of which the tool sleeps.
storm_and_sleep()
{
	"$bin/storm" -n "$many" -j 4 -t truth "$bin/nop" "$tag" 3>&- 9>&- &
	nap 0.3
	kill -STOP "$tool_pid"
	nap 0.3
	kill -CONT "$tool_pid"
	wait $!
}

@test "a small buffer: lines and reported losses account for all" {
	many 10000
	start -b 4
	storm_and_sleep
	nap 0.2
	kernel=$(dropped)
	stop
	[ "$status" -eq 0 ]
	truth_lines "$bin/nop" truth >expected
	lines_of "$bin/nop " | sort >seen
	[ -z "$(uniq -d seen)" ]
	lost=$(told err)
	echo "lines $(wc -l <seen), lost $lost, by the kernel's count $kernel"
	cat err
	[ "$kernel" -gt 0 ]
	[ "$lost" -ge "$kernel" ]
	[ "$lost" -le $((kernel + 1000)) ]
	[ $(($(wc -l <seen) + lost)) -ge "$many" ]
	[ "$(wc -l <seen)" -lt "$many" ]
	# What is there is right: each argument is the true one, or marked; and
	# a parent that is not known is a "?".
	lines_of "$bin/nop " | awk -v program="$bin/nop" -v tag="$tag" '
	# Is text the arguments of exec n, or what is left of them?
	function is_right(text, n,    arg, i, s) {
		split(program "\t" tag "\t" n "\ta" n "\tb c" n, arg, "\t")
		for (i = 1; i <= 5; i++) {
			if (text == "[...]" || i == 2 && text == "[?]")
				return i > 1
			s = index(text, "[?]") == 1 ? "[?]" : arg[i]
			if (index(text " ", s " ") != 1)
				return 0
			text = substr(text, length(s) + 2)
		}
		return text == ""
	}
	NR == FNR {
		number[$2] = $1
		caller[$2] = $3
		next
	}
	{
		pid = $1
		ppid = $2 == "?" ? caller[pid] : $2
		sub(/^ *[0-9]+ +[0-9?]+ /, "")
		sub(/ \[proc\]$/, "")
		if (!(pid in number) || ppid != caller[pid] ||
		    !is_right($0, number[pid])) {
			print "wrong: " pid, ppid, $0
			bad = 1
		}
	}
	END { exit bad }' truth - >wrong || {
		head -n 10 wrong
		return 1
	}
}

@test "a loss at the very end is told too" {
	start -b 4
	kill -STOP "$tool_pid"
	"$bin/storm" -n 1000 -j 2 -t truth "$bin/nop" "$tag" 3>&- 9>&-
	kernel=$(dropped)
	kill -INT "$tool_pid"
	kill -CONT "$tool_pid"
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	echo "lost $(told err), by the kernel's count $kernel"
	[ "$kernel" -gt 0 ]
	[ "$(told err)" -ge "$kernel" ]
	lines_of "$bin/nop " | sed 's/ \[.*//' | sort >seen
	[ $(($(wc -l <seen) + $(told err))) -ge 1000 ]
}

@test "a small buffer: -j has a record for each loss" {
	many 10000
	start -j -b 4
	storm_and_sleep
	stop
	[ "$status" -eq 0 ]
	cat err
	run -0 check_loosely truth
	lines=${output% *}
	lost=$(jq -s 'map(select(.event == "lost").lost // 0) | add // 0' out)
	echo "lines $lines, lost in records $lost, told $(told err)"
	[ "$lines" -lt "$many" ]
	[ $((lines + $(told err))) -ge "$many" ]
	[ "$lost" -le "$(told err)" ]
	# In its place, not at the end; the kernel does not always say how many.
	jq -s -e '(map(.event == "lost") | index(true)) as $i |
	    .[$i + 1:] | any(.event == "exec")' out
}
