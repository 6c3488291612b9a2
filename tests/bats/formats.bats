#!/usr/bin/env bats
# proctree -o dot, folded and perfetto, from recordings: each is compared with
# -o json, and read by what it is made for, or by the rules of that.

load helper

BUILD=$TREE/examples/build.rec

# draw FORMAT FILE [options]: stdout and stderr go to ./out, ./err, and what
# -o json says to ./json
draw()
{
	local format=$1 file=$2

	shift 2
	timeout 60 "$TREE/proctree/proctree" "$@" -i "$file" -o json 2>/dev/null |
	    our_json >json
	status=0
	timeout 60 "$TREE/proctree/proctree" "$@" -i "$file" -o "$format" \
	    >out 2>err || status=$?
	echo "$format: status $status"
	head -c 1000 err
	[ "$status" -eq 0 ]
}

# proc PID PARENT START END STATUS CPU NAME [ARGUMENT ...]: lines of a
# recording; END and STATUS may be -, names are escaped already
proc()
{
	local pid=$1 parent=$2 start=$3 end=$4 status=$5 cpu=$6

	shift 6
	printf 'fork %s00000000 %d %d 1200011 =sh\n' "$start" "$pid" "$parent"
	printf 'exec %s00000001 %d %d %d 3 =c =/bin/x' "$start" "$pid" \
	    "$pid" $#
	printf ' =%s' "$@"
	echo
	[ "$end" = - ] ||
	    printf 'exit %s00000000 %d 1 =c %s %s 1 1 0 1048576 0 0 %d - 0 0 - - - 0 0 0\n' \
		"$end" "$pid" "$status" "$status" "$((2 * cpu))"000
}

# recording: what proc printed on stdin, in the order of time
recording()
{
	cat <<-'END'
	procsnoop-recording 1
	boot 1700000000.000000000
	armed 1.000000000
	task 0.500000000 1 1 0 =init
	task 0.600000000 2 2 1 =daemon
	END
	LC_ALL=C sort -s -k2,2
	echo 'end 9.000000000'
}

# What a process can choose, at its worst.
hostile()
{
	{
		proc 10 1 1.0 8.0 0 1 sh ./all
		proc 11 10 1.1 1.3 256 2 'quo"te'
		proc 12 10 1.2 1.4 9 3 'back\\slash' '\\N\\G\\L\\l\\r'
		proc 13 10 1.2 1.3 0 0 'last\\'
		proc 14 10 1.5 1.6 0 0 'new\nline'
		proc 15 10 1.5 1.6 0 0 'semi;colon'
		proc 16 10 1.6 1.7 0 0 'worker\x2012' 'a\x20b'
		proc 17 10 1.7 1.8 0 0 '\x1b[31mred'
		proc 18 10 1.8 1.9 0 0 '\xff\xc3\x28'
		proc 19 10 1.8 1.9 0 0 '</script>&amp;&#27;' ']]>'
		proc 20 10 2.0 2.1 0 0 '{thread}'
		proc 21 10 2.1 2.2 0 0 ...
		proc 22 10 2.2 2.3 0 0 'żółć日本🐧'
		proc 23 10 2.2 2.3 0 0 '\xef\xbf\xbf\xef\xbf\xbe'
		proc 24 10 2.4 2.5 0 0 long "$(printf '%020000d' 0)"
		proc 25 10 2.5 2.6 0 0 "$(printf '%0300d' 0)"
		proc 26 10 2.6 2.7 0 0 'both\\"'
		proc 27 10 2.7 2.8 0 0 ';' ';'
		# outlives its parent; a number that comes again; still there
		proc 30 10 3.0 3.5 0 5 parent
		proc 31 30 3.1 4.0 0 0 orphan
		proc 30 10 5.0 5.5 0 5 again
		proc 32 10 5.2 - - 0 late
	} | recording >hostile.rec
}

# chain N: each process forks the next, and lives longer
chain()
{
	awk -v n="$1" 'BEGIN {
		print "procsnoop-recording 1\ntask 0.100000000 1 1 0 =init"
		for (i = 2; i <= n; i++)
			printf("fork 1.%09d %d %d 1200011 =link\n", i, i, i - 1)
		for (i = n; i > 1; i--)
			printf("exit 2.%09d %d 1 =link 0 0\n", n - i, i)
		print "end 3.000000000"
	}' >chain.rec
}

# crowd: many at once, then many of no length
crowd()
{
	awk 'BEGIN {
		print "procsnoop-recording 1\ntask 0.100000000 1 1 0 =init"
		for (i = 2; i < 3000; i++)
			printf("fork 1.%09d %d 1 1200011 =crowd\n", i, i)
		for (i = 2; i < 3000; i++)
			printf("exit 2.%09d %d 1 =crowd 0 0\n", i, i)
		for (i = 3000; i < 4000; i++) {
			printf("fork 2.500000000 %d 1 1200011 =brief\n", i)
			printf("exit 2.500000000 %d 1 =brief 0 0\n", i)
		}
		print "end 3.000000000"
	}' >crowd.rec
}

processes()
{
	jq '.processes | length' json
}

# ---- dot ----

# The program dot takes it, and its picture has all boxes and arrows.
pictured()
{
	[ "$(grep -c '^[0-9]* \[' out)" -eq "$(processes)" ]
	[ "$(sed -n 's/^\([0-9]*\) -> \([0-9]*\).*/\1 \2/p' out)" = \
	    "$(jq -r '.processes[] | select(.parent) | "\(.parent) \(.id)"' json)" ]
	dot -Tsvg out >svg 2>dot.err
	[ ! -s dot.err ]
	[ "$(grep -c 'class="node"' svg)" -eq "$(processes)" ]
	[ "$(grep -c 'class="edge"' svg)" -eq "$(grep -c -e ' -> ' out)" ]
	xmllint --noout svg
}

@test "dot: a box for each process, an arrow from its parent" {
	draw dot "$BUILD"
	pictured
}

@test "dot: hostile names are shown, not obeyed" {
	hostile
	draw dot hostile.rec
	harmless out
	grep -qF '"quo\"te\npid 11, wall 0.200 s, CPU 0.000004 s, exit 1",color=red' out
	grep -qF '"back\\\\slash \\\\N\\\\G\\\\L\\\\l\\\\r\npid 12,' out
	grep -qF '"last\\\\\npid 13,' out
	grep -qF '"new\\nline\npid 14,' out
	grep -qF '"</script>&amp;amp;&amp;#27; ]]>\npid 19,' out
	grep -qF '"\\xef\\xbf\\xbf\\xef\\xbf\\xbe\npid 23,' out
	[ "$(grep -c color=red out)" -eq 2 ]
	grep -qF '"late\npid 32, wall 3.800 s, CPU ?, running"' out
	pictured
	grep -qF '>back\\slash \\N\\G\\L\\l\\r<' svg
	grep -qF '>&lt;/script&gt;&amp;amp;&amp;#27; ]]&gt;<' svg
	grep -qF '>new\nline<' svg
}

@test "dot: a long command line is cut, and that is said" {
	hostile
	draw dot hostile.rec
	line=$(sed -n 's/.*"\(long .*\)\\npid.*/\1/p' out)
	[ "$line" = "long $(printf '%055d' 0)…" ]
}

@test "dot: threads are dashed" {
	sed '/^exec .* =\.\/all/a fork 1.612900000 101 100 10f00 =sh' \
	    "$BUILD" >threads.rec
	draw dot threads.rec -L
	grep -q '^[0-9]* \[label="{sh}\\npid 101, wall .*,style=dashed\];$' out
	grep -q '^[0-9]* -> [0-9]* \[style=dashed\];$' out
	[ "$(grep -c dashed out)" -eq 2 ]
	pictured
}

# ---- folded ----

# Of each process of -o json the stack, and what it took itself in us,
# by other means than ours.
cat >"$BATS_FILE_TMPDIR/stacks.jq" <<'EOJ'
def us: . * 1000000 | round;
(.summary.end) as $over |
.processes as $all |
(reduce $all[] as $p ({}; .[$p.parent | tostring] += [$p])) as $below |
(reduce $all[] as $p ([""];
    .[$p.id] = (if $p.parent then .[$p.parent] + ";" else "" end) +
    ((($p.args[0] // $p.path | values) | split("/") | last) // $p.comm)))
    as $name |
def over: if .end then .end elif .state == "running" then $over
    else .start end;
def wall: . as $p | reduce ($below[.id | tostring] // [])[] as $c (
    {at: $p.start, left: (($p | over | us) - ($p.start | us))};
    ([.at, $c.start] | max) as $from | ([$c, $p | over] | min) as $to |
    if $to > $from then {at: $to, left: (.left - ($to | us) + ($from | us))}
    else . end) | .left;
[$all[] | {name: $name[.id], count: 1, wall: wall,
    cpu: ((.cpu // 0) | us)}] |
group_by(.name)[] | [.[0].name, (map(.[$w]) | add)] |
select(.[1] > 0) | "\(.[0]) \(.[1])"
EOJ

# same WEIGHT TOLERANCE: the output is what stacks.jq says
same()
{
	jq -r --arg w "$1" -f "$BATS_FILE_TMPDIR/stacks.jq" json |
	    LC_ALL=C sort >expected
	[ -s expected ]
	LC_ALL=C sort out | awk -v slack="$2" '{
		weight = $NF; sub(/ [0-9]+$/, "")
		if (getline line <"expected" <= 0)
			exit 1
		n = split(line, e, " "); sub(/ [0-9]+$/, "", line)
		d = weight - e[n]
		if ($0 != line || d > slack || d < -slack) {
			print $0, weight, "is not", line, e[n]
			exit 1
		}
	} END { if ((getline line <"expected") > 0) exit 1 }'
}

total()
{
	awk '{ n += $NF } END { printf("%d\n", n) }' out
}

@test "folded: the stacks and numbers that -o json has" {
	draw folded "$BUILD"
	same count 0
	[ "$(total)" -eq "$(processes)" ]
}

@test "folded:wall: the time without children" {
	draw folded:wall "$BUILD"
	same wall 20
}

@test "folded:wall: children side by side, and one that outlives its parent" {
	{
		proc 10 1 1.0 5.0 0 0 a
		proc 11 10 1.5 2.5 0 0 b
		proc 12 10 2.0 3.0 0 0 b
		proc 13 10 2.1 2.2 0 0 c
		proc 14 10 4.0 6.0 0 0 d
		proc 15 14 5.0 7.0 0 0 e
	} | recording >side.rec
	draw folded:wall side.rec
	diff -u - out <<-'EOF'
	init 100000
	init;daemon 8400000
	init;a 1500000
	init;a;b 2000000
	init;a;c 100000
	init;a;d 1000000
	init;a;d;e 2000000
	EOF
}

@test "folded:cpu: what processes used, nothing of what is not known" {
	hostile
	draw folded:cpu hostile.rec
	[ "$(total)" -eq "$(jq '[.processes[] | .cpu | values] |
	    add * 1000000 | round' json)" ]
	diff -u - out <<-'EOF'
	init;sh 2
	init;sh;quo"te 4
	init;sh;back\\slash 6
	init;sh;parent 10
	init;sh;again 10
	EOF
	draw folded:cpu "$BUILD"
	[ ! -s out ]
}

@test "folded: hostile names are frames, and weights are weights" {
	hostile
	draw folded hostile.rec
	harmless out
	[ "$(total)" -eq "$(processes)" ]
	diff -u - out <<-EOF
	init 1
	init;daemon 1
	init;sh 1
	init;sh;quo"te 1
	init;sh;back\\\\slash 1
	init;sh;last\\\\ 1
	init;sh;new\\nline 1
	init;sh;semi\\x3bcolon 1
	init;sh;worker\\x2012 1
	init;sh;\\x1b[31mred 1
	init;sh;\\xff\\xc3( 1
	init;sh;script>&amp\\x3b&#27\\x3b 1
	init;sh;\\x7bthread} 1
	init;sh;\\x2e.. 1
	init;sh;żółć日本🐧 1
	init;sh;$(printf '\xef\xbf\xbf\xef\xbf\xbe') 1
	init;sh;long 1
	init;sh;$(printf '%0100d' 0) 1
	init;sh;both\\\\" 1
	init;sh;\\x3b 1
	init;sh;parent 1
	init;sh;parent;orphan 1
	init;sh;again 1
	init;sh;late 1
	EOF
	# flamegraph.pl would take two numbers for a difference
	refute grep -Eq ' [0-9.]+ [0-9]+$' out
}

@test "folded: threads are told from processes" {
	sed '/^exec .* =\.\/all/a fork 1.612900000 101 100 10f00 =sh' \
	    "$BUILD" >threads.rec
	draw folded threads.rec -L
	grep -qx 'init;sh;execsnoop;sh;{sh} 1' out
	[ "$(total)" -eq "$(processes)" ]
}

@test "folded: a deep chain is cut, and nothing is lost" {
	chain 5000
	draw folded chain.rec
	[ "$(total)" -eq 5000 ]
	[ "$(wc -l <out)" -eq 200 ]
	awk -F ';' 'NF > 200 { exit 1 }' out
	[ "$(grep -c ';\.\.\.;' out)" -eq 1 ]
	grep -q ';\.\.\.;link 4801$' out
}

# ---- perfetto ----

# Every process is there once; on a tid slices nest, and in their own parent
# only; nothing is deeper than the importer takes.
nests()
{
	jq -e . out >/dev/null
	jq -c '.traceEvents[] | select(.ph == "X") | .args |
	    [.id, .parent, .pid, .generation, .ppid]' out >ours
	jq -c '.processes[] | [.id, .parent, .pid, .generation, .ppid]' json |
	    diff - ours
	jq -r '.traceEvents[] | select(.ph == "X") | [.pid, .tid, .ts, .dur,
	    .args.id, .args.parent // 0] | @tsv' out |
	    sort -k1,1n -k2,2n -k3,3n -k4,4nr -k5,5n | awk '
	function bad(why) { print why ": " $0; failed = 1; exit 1 }
	$1 " " $2 != lane { lane = $1 " " $2; depth = 0 }
	$3 < 0 || $4 < 1 || $3 != int($3) || $4 != int($4) { bad("time") }
	{
		while (depth && till[depth] <= $3)
			depth--
		if (depth && $3 + $4 > till[depth])
			bad("overlap")
		if (depth && id[depth] != $6)
			bad("stranger")
		if (++depth > 500)
			bad("depth")
		till[depth] = $3 + $4
		id[depth] = $5
	}'
	# Threads of the trace have names, and numbers that no process has.
	[ "$(jq '[.traceEvents[] | select(.name == "thread_name") | .tid] |
	    sort' out)" = "$(jq '[.traceEvents[] | select(.ph == "X") | .tid] |
	    unique' out)" ]
	jq -e '([.traceEvents[].pid] | max) < ([.traceEvents[].tid] | min)' out
}

@test "perfetto: all processes, in lanes that nest" {
	draw perfetto "$BUILD"
	nests
	jq -e '.displayTimeUnit == "ms"' out
}

@test "perfetto: times and the rest are those of -o json" {
	hostile
	draw perfetto hostile.rec
	nests
	# clipped to the trace: 1 s to 9 s
	jq -c '.processes[] | [([.start, 1] | max - 1), (.end // 9) - 1] |
	    map(. * 1000000 | round)' json >expected
	jq -c '.traceEvents[] | select(.ph == "X") | [.ts, .ts + .dur]' out |
	    diff expected -
	jq -c '.processes[] | [.start, .utime, .stime, .maxrss,
	    (.exit // .signal // "-" | tostring)]' json >expected
	jq -c '.traceEvents[] | select(.ph == "X") | .args | [.start, .utime,
	    .stime, .maxrss, .status]' out | diff expected -
	[ "$(jq -c '[.traceEvents[] | select(.cat == "process,failed") |
	    .args.pid]' out)" = '[11,12]' ]
	[ "$(jq -r '.traceEvents[] | select(.args.pid == 31) |
	    .args.notes' out)" = reparented ]
}

@test "perfetto: who did nothing stands apart" {
	hostile
	draw perfetto hostile.rec
	[ "$(jq -c '[.traceEvents[] | select(.pid == 2) | .name]' out)" = \
	    '["process_name","thread_name","daemon"]' ]
}

@test "perfetto: hostile names, for an importer with its own ideas of JSON" {
	hostile
	draw perfetto hostile.rec
	harmless out
	# no \u, and no backslash before the quote that ends a string
	refute grep -q '\\u' out
	refute grep -Eq '\\"[],:}]' out
	diff -u - <(jq -r '.traceEvents[] | select(.ph == "X") |
	    select(.args.pid < 20 and .args.pid > 10) | .args.command' out) <<-'EOF'
	quo"te
	back\\slash \\N\\G\\L\\l\\r
	last\x5c
	new\nline
	semi;colon
	worker 12 a b
	\x1b[31mred
	\xff\xc3(
	</script>&amp;&#27; ]]>
	EOF
	[ "$(jq '.traceEvents[] | select(.name == "long") | .args.command |
	    length' out)" -eq 20005 ]
}

@test "perfetto: a deep chain is not nested deeper than is imported" {
	chain 3000
	draw perfetto chain.rec
	nests
}

@test "perfetto: thousands at once, and of no length" {
	crowd
	draw perfetto crowd.rec
	nests
}

# ---- all of them ----

@test "a reader that goes away ends each with 0, quietly" {
	chain 3000
	for format in dot folded perfetto; do
		{ "$TREE/proctree/proctree" -i chain.rec -o $format 2>err
		    echo $? >st; } | head -n 1 >out
		[ "$(cat st)" -eq 0 ]
		[ "$(wc -l <out)" -eq 1 ]
		refute grep -q 'standard output' err
	done
}

@test "a disk that is full is told once, status 1" {
	chain 3000
	crowd
	for args in 'chain.rec -o dot' 'chain.rec -o folded' \
	    'chain.rec -o perfetto' 'crowd.rec -o perfetto'; do
		status=0
		# shellcheck disable=SC2086 # words
		"$TREE/proctree/proctree" -i $args >/dev/full 2>err ||
		    status=$?
		[ "$status" -eq 1 ]
		[ "$(grep -c '^proctree: standard output: No space left' \
		    err)" -eq 1 ]
	done
}

@test "a tree with nobody in it" {
	printf 'procsnoop-recording 1\nend 1.000000000\n' >empty.rec
	for format in dot folded folded:wall folded:cpu; do
		draw $format empty.rec
	done
	draw perfetto empty.rec
	[ "$(jq -c .traceEvents out)" = '[]' ]
}

@test "-A of a pid that nobody had: says so, draws nothing" {
	run "$TREE/proctree/proctree" -i "$TREE/examples/build.rec" -A 99999
	[ "$status" -eq 1 ]
	echo "$output" | grep -q '^proctree: pid 99999: No such process'
	[ "$(echo "$output" | grep -vc '^proctree: ')" -eq 0 ]
}

# ---- parents that go round ----

@test "processes that are each other's parents: an end, or an error" {
	printf '%s\n' 'procsnoop-recording 1' 'armed 0.900000000' \
	    'task 1.000000000 12 12 1 =a' 'fork 1.001000000 13 12 1200000 =a' \
	    'fork 1.002000000 12 13 1200000 =a' \
	    'exec 1.003000000 12 12 1 3 =x =/x =x' 'end 2.000000000' >two.rec
	printf '%s\n' 'procsnoop-recording 1' 'task 0.500000000 11 11 11 =a' \
	    'exec 2.000000000 11 11 1 3 =x =/x =x' 'end 3.000000000' >one.rec
	printf '%s\n' 'procsnoop-recording 1' 'fork 1.000000000 11 11 0 =a' \
	    >self.rec
	for file in one two; do
		for format in text json dot folded perfetto svg; do
			draw $format $file.rec
		done
		timeout 60 "$TREE/proctree/proctree" -f -i $file.rec >out
		grep -q ' x$' out
	done
	status=0
	timeout 60 "$TREE/proctree/proctree" -f -i self.rec 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -q '^proctree: self.rec: line 2: ' err
}

# ---- -O in a directory of all users ----

@test "-O: what another user may have put there is not followed" {
	mkdir -m 1777 shared
	echo mine >mine
	ln -s ../mine shared/link
	ln mine shared/hard
	mkfifo shared/fifo fifo
	for name in shared/link shared/hard shared/fifo fifo; do
		status=0
		timeout 10 "$TREE/proctree/proctree" -i "$BUILD" -O $name \
		    2>err || status=$?
		cat err
		[ "$status" -eq 1 ]
		grep -q "^proctree: $name: " err
	done
	[ "$(cat mine)" = mine ]
	for name in shared/new shared/new mine; do
		timeout 10 "$TREE/proctree/proctree" -i "$BUILD" -O $name 2>/dev/null
		grep -q COMMAND $name
	done
}

@test "-O: the file that is drawn, or recorded, is not overwritten" {
	cp "$BUILD" rec
	ln -s rec link
	for options in '-i rec -O rec' '-i rec -O ./link' '-w rec -O link'; do
		status=0
		# shellcheck disable=SC2086 # words
		"$TREE/proctree/proctree" $options 2>err || status=$?
		[ "$status" -eq 2 ]
		grep -q 'proctree: -O names the file of -i or -w' err
		cmp rec "$BUILD"
	done
}
