#!/usr/bin/env bats
# -w, then -i: what was seen, byte for byte.

load helper

setup_file()
{
	build nop nop-static sayargs kinds refused orphan storm
}

# Something of everything.
workload()
{
	mkdir -p dir
	cp "$bin/sayargs" "$bin/nop" dir
	"$bin/storm" -n 100 -j 3 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
	"$bin/storm" -n 20 "$bin/nop-static" "$tag" >/dev/null 3>&- 9>&-
	"$bin/refused" "$PWD/dir" >/dev/null 9>&-
	rm -f dir/loop
	"$bin/kinds" "$PWD/dir" 3>/dev/null 9>&-
	"$bin/orphan" "$bin/nop" "$tag" >/dev/null 9>&-
}

# Live with these options and from the recording: the same.
same_twice()
{
	rm -rf dir
	start -w rec "$@"
	workload
	stop
	[ "$status" -eq 0 ]
	"$EXECSNOOP" -i rec "$@" >replayed 2>err.replayed
	[ "$(grep -c "$tag" out)" -gt 5 ]
	same out replayed
	[ "$(grep 'not shown' err)" = \
	    "$(grep 'not shown' err.replayed)" ]
}

@test "text" {
	same_twice
}

@test "text with times, all arguments, quoted" {
	same_twice -t -T -a 5000 -q
}

@test "JSON" {
	same_twice -j
}

@test "-x -r, text and JSON" {
	same_twice -x -r
	"$EXECSNOOP" -x -r -j -i rec >json
	[ "$(jq -s length json)" -eq "$(sed 1d out | wc -l)" ]
}

@test "-x -r -j" {
	same_twice -x -r -j
}

@test "a filter, live and later" {
	same_twice -l "$tag [0-9]*5 " nop
}

@test "a subtree: only that is recorded" {
	start -j -r -w all
	all=$tool_pid
	"$EXECSNOOP" -j -r -w rec -- sh -c "\"$bin/nop\" $tag in; exit 3" \
	    >out.some 3>&- 9>&- || status=$?
	"$bin/nop" "$tag" out
	tool_pid=$all
	[ "$status" -eq 3 ]
	stop
	"$EXECSNOOP" -j -r -i rec | same - out.some
	"$EXECSNOOP" -j -r -i all | same - out
	[ "$(jq -s length out.some)" -eq 2 ]
	refute grep -q "$tag out" rec
}

@test "with losses: the same, and the losses are told again" {
	start -b 4 -j -w rec
	"$bin/storm" -n 3000 -j 4 "$bin/nop" "$tag" >/dev/null 3>&- 9>&- &
	nap 0.2
	kill -STOP "$tool_pid"
	nap 0.2
	kill -CONT "$tool_pid"
	wait $!
	stop
	"$EXECSNOOP" -j -i rec >replayed 2>err.replayed
	same out replayed
	grep -q 'events lost' err
	# A larger buffer helps only while it traces.
	[ "$(grep -o '.*events lost' err)" = "$(grep -o '.*events lost' err.replayed)" ]
}

@test "begun in the middle of a storm: the same" {
	for i in 1 2 3; do
		"$bin/storm" -n 2500 -j 4 "$bin/nop" "$tag" >/dev/null \
		    3>&- 9>&- &
		storm=$!
		start -w rec
		nap 0.1
		stop
		"$EXECSNOOP" -i rec >replayed 2>/dev/null
		same out replayed
		# Who forked before has a parent too.
		refute grep "^ *[0-9]*  *? $bin/nop" out
		wait "$storm"
	done
}

@test "a recording is read by its owner only" {
	umask 000
	tool -d 0.1 -w rec
	[ "$(stat -c %a rec)" = 600 ]
}

@test "a recording that was there is replaced, and read by its owner only" {
	umask 022
	head -c 100000 /dev/zero >rec
	tool -d 0.1 -w rec
	[ "$status" -eq 0 ]
	[ "$(stat -c %a rec)" = 600 ]
	tool -H -i rec
	[ "$status" -eq 0 ]
	quiet
}

@test "in a directory of another user, or of a group, no link is followed" {
	mkdir -m 755 theirs group
	chown nobody theirs
	chgrp daemon group
	chmod 2775 group
	for dir in theirs group; do
		echo precious >victim
		ln -s ../victim $dir/link
		mkfifo $dir/fifo
		ln victim $dir/hard
		for name in link fifo hard; do
			tool -d 0.1 -w $dir/$name
			[ "$status" -eq 1 ]
			grep -q "^execsnoop: $dir/$name: " err
		done
		[ "$(cat victim)" = precious ]
		for i in 1 2; do
			tool -d 0.1 -w $dir/new
			[ "$status" -eq 0 ]
		done
	done
	chgrp "$(id -g)" group
	tool -d 0.1 -w group/link # of this group only
	[ "$status" -eq 0 ]
	head -n 1 victim | grep -q '^procsnoop-recording'
}

@test "a recording is complete after every signal, and not after kill -9" {
	for signal in INT TERM; do
		start -w rec
		"$bin/nop" "$tag"
		stop "$signal"
		tail -n 1 rec | grep -q '^end '
		tool -i rec
		[ "$status" -eq 0 ]
		refute grep -q incomplete err
	done
	start -w rec
	"$bin/nop" "$tag"
	nap 0.3
	stop KILL
	tool -i rec
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: rec: ' err
}

@test "nothing that was not asked for is in a recording" {
	# The environment lies behind the arguments.
	start -w rec
	SECRET=$tag-secret "$bin/nop" "$tag"
	SECRET=$tag-secret "$bin/nop-static" "$tag"
	stop
	grep -q "$tag" rec
	refute grep -q "$tag-secret" rec
}

@test "-w -: a recording on standard output, read as it comes" {
	start -w - -t
	"$bin/nop" "$tag"
	stop
	[ "$status" -eq 0 ]
	# Nothing but a recording, which has its end.
	head -n 1 out | grep -qx 'procsnoop-recording 1'
	tail -n 1 out | grep -q '^end '
	"$EXECSNOOP" -H -i out | grep -q "$bin/nop $tag$"
	mkfifo pipe
	"$EXECSNOOP" -H -i - <pipe >replayed 2>err.replayed 3>&- 9>&- &
	reader=$!
	rm err # that of the first
	background -w - >pipe 2>err </dev/null &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true grep -q tracing err
	"$bin/nop" "$tag-1"
	# At once, though it goes on.
	until_true grep -q "$bin/nop $tag-1$" replayed
	"$bin/nop" "$tag-2"
	stop
	[ "$status" -eq 0 ]
	ended "$reader"
	[ "$status" -eq 0 ]
	grep -q "$bin/nop $tag-2$" replayed
}

@test "-w - and a command: its output is not in it" {
	for TOOL in "$EXECSNOOP" "$EXITSNOOP" "$PROCTREE"; do
		tool -w - -- sh -c "echo said; '$bin/nop' $tag; exit 3"
		[ "$status" -eq 3 ]
		grep -qx said err
		refute grep -v -e '^[a-z]* [-0-9]*\.' -e '^root ' \
		    -e '^procsnoop-' out
		"$EXECSNOOP" -H -i out | grep -q "$bin/nop $tag$"
		"$PROCTREE" -i out | grep -q "$bin/nop $tag"
	done
	tool -w - -o json -O tree.json -- "$bin/nop" "$tag"
	jq -e '.processes | length' tree.json
	"$PROCTREE" -j -i out | same - tree.json
}

after_is_there()
{
	"$bin/nop" "$tag" after 3>&- 9>&-
	nap 0.1
	grep -q "=$tag =after" rec
}

# As ssh does when its network stalls.
@test "-w -: a reader that stalls for 10 seconds: what is lost is told" {
	mkfifo pipe
	for kb in 8192 64; do
		cat <pipe >rec 3>&- 9>&- &
		reader=$!
		tools+=("$reader")
		rm -f err # of the other size
		background -r -b "$kb" -w - >pipe 2>err </dev/null &
		tool_pid=$!
		tools+=("$tool_pid")
		until_true grep -q tracing err
		kill -STOP "$reader"
		begin=$(now_us)
		"$bin/storm" -n 1500 -j 2 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
		while [ $(($(now_us) - begin)) -lt 10000000 ]; do
			nap 0.5
		done
		kill -CONT "$reader"
		until_true after_is_there
		stop
		[ "$status" -eq 0 ]
		wait "$reader"
		lost=$(told err)
		"$EXECSNOOP" -H -r -i rec >shown 2>err.shown
		lines=$(lines_of "$bin/nop $tag [0-9]+ " shown | wc -l)
		echo "$kb KB: $lines lines, $lost events lost"
		[ $((lines + lost)) -ge 1500 ]
		[ "$(told err.shown)" -eq "$lost" ]
		[ "$kb" -eq 64 ] || [ "$lines" -gt 1000 ]
		[ "$kb" -ne 64 ] || [ "$lost" -gt 0 ]
		lines_of "$bin/nop $tag after$" shown
	done
}

@test "-w -: a reader that goes away, a part of it, a terminal" {
	snapshot >before
	mkfifo pipe
	for n in 1 100 100000; do
		head -c "$n" <pipe >some 3>&- 9>&- &
		background -w - >pipe 2>err </dev/null &
		tool_pid=$!
		tools+=("$tool_pid")
		"$bin/storm" -n 1000 "$bin/nop" "$tag" >/dev/null 9>&-
		until_true [ "$(wc -c <some)" -eq "$n" ]
		"$bin/storm" -n 100 "$bin/nop" "$tag" >/dev/null 9>&-
		ended "$tool_pid"
		[ "$status" -eq 0 ]
		refute grep -v 'execsnoop: tracing' err
	done
	# Cut anywhere, it shows what is there.
	start -w -
	"$bin/storm" -n 300 "$bin/nop" "$tag" >/dev/null 9>&-
	stop
	for n in 500 5000 20000; do
		head -c "$n" out >part
		"$EXECSNOOP" -H -i part >shown 2>err.part || :
		grep -q 'incomplete' err.part
	done
	refute script -qec "'$EXECSNOOP' -w -" /dev/null </dev/null >said
	grep -q -- '-w -: standard output is a terminal' said
	left_nothing "$tool_pid"
}
