#!/usr/bin/env bats
# What execsnoop prints of recordings and trace output: columns, escaping, pipes,
# losses.

load helper

# ---- columns and options ----

@test "columns: PID PPID ARGS, %6s %6s %s; re-execs are counted" {
	tool -i "$DATA/plain.rec"
	wrote <<-'EOF'
	   PID   PPID ARGS
	   200    100 ls -l /tmp
	   201    100 make
	1234567    201 cc 1 2 3 4 5 6 7 [...]
	   901    900 ls elsewhere
	EOF
	[ "$(cat err)" = \
	    "execsnoop: 1 re-exec not shown (-r shows them)" ]
}

@test "-H: no header" {
	tool -r -H -i "$DATA/plain.rec" make
	wrote_only <<-'EOF'
	   201    100 make
	EOF
}

@test "-t: seconds since boot, cut to microseconds" {
	tool -r -t -i "$DATA/plain.rec" ls
	wrote_only <<-'EOF'
	TIMEs               PID   PPID ARGS
	20.001000           200    100 ls -l /tmp
	22.000001           901    900 ls elsewhere
	EOF
}

@test "-T: local time with microseconds and zone, in any zone" {
	tool -r -T -i "$DATA/plain.rec" ls
	wrote_only <<-'EOF'
	TIME                               PID   PPID ARGS
	2023-11-14T22:13:40.001000+0000    200    100 ls -l /tmp
	2023-11-14T22:13:42.000001+0000    901    900 ls elsewhere
	EOF
	TZ=IST-5:30 tool -r -H -T -i "$DATA/plain.rec" elsewhere
	TZ=IST-5:30 tool -r -H -t -T -i "$DATA/plain.rec" ls
	wrote_only <<-'EOF'
	20.001000        2023-11-15T03:43:40.001000+0530    200    100 ls -l /tmp
	22.000001        2023-11-15T03:43:42.000001+0530    901    900 ls elsewhere
	EOF
}

@test "-T: a time that is not known is not made up" {
	sed /^boot/d "$DATA/plain.rec" >no-boot.rec
	tool -r -T -i no-boot.rec
	refute grep -q 1970 out
	tool -j -r -i no-boot.rec
	refute grep -q '"time"' out
}

@test "-a: how many arguments are shown" {
	tool -r -H -a 0 -i "$DATA/plain.rec" /cc
	wrote_only <<-'EOF'
	1234567    201 [...]
	1234567    201 [...]
	EOF
	tool -r -H -a 1 -i "$DATA/plain.rec" 'cc|make'
	wrote_only <<-'EOF'
	   201    100 make
	1234567    201 cc [...]
	1234567    201 /usr/lib/cc1 [...]
	EOF
	for n in 8 08; do
		tool -r -H -a $n -i "$DATA/plain.rec" bin/cc
		wrote_only <<-'EOF'
		1234567    201 cc 1 2 3 4 5 6 7 [...]
		EOF
	done
	for n in 10 11 100000; do
		tool -r -H -a $n -i "$DATA/plain.rec" bin/cc
		wrote_only <<-'EOF'
		1234567    201 cc 1 2 3 4 5 6 7 8 9
		EOF
	done
}

@test "-a: JSON says that arguments were cut" {
	tool -r -j -a 9 -i "$DATA/plain.rec" bin/cc
	[ "$(jq -c '[.argc, .args_state, (.args | length)]' out)" = \
	    '[10,"cut",9]' ]
	tool -r -j -a 10 -i "$DATA/plain.rec" bin/cc
	[ "$(jq -c '[.argc, .args_state, (.args | length)]' out)" = \
	    '[10,"all",10]' ]
	tool -r -j -a 0 -i "$DATA/plain.rec" bin/cc
	[ "$(jq -c '[.argc, .args_state, .args]' out)" = '[10,"cut",[]]' ]
}

@test "-r: all execs, and nothing is left to tell" {
	tool -r -i "$DATA/plain.rec"
	wrote_only <<-'EOF'
	   PID   PPID ARGS
	   200    100 ls -l /tmp
	   201    100 make
	1234567    201 cc 1 2 3 4 5 6 7 [...]
	1234567    201 /usr/lib/cc1 -quiet [proc]
	   901    900 ls elsewhere
	EOF
}

@test "without -r: the first exec of a process, not of a number" {
	tool -H -i "$DATA/again.rec"
	wrote <<-'EOF'
	    11      1 first
	    11      1 reused
	EOF
	[ "$(cat err)" = \
	    "execsnoop: 3 re-execs not shown (-r shows them)" ]
	tool -r -H -i "$DATA/again.rec"
	wrote_only <<-'EOF'
	    11      1 first
	    11      1 again
	    11      1 thread
	    11      1 reused
	    11      1 hidden
	EOF
}

@test "a hidden re-exec counts only if it would have been shown" {
	tool -H -i "$DATA/plain.rec" make
	wrote_only <<-'EOF'
	   201    100 make
	EOF
	tool -H -p 900 -i "$DATA/plain.rec"
	wrote_only <<-'EOF'
	   901    900 ls elsewhere
	EOF
}

@test "-l: on the whole line of arguments, also those not shown" {
	tool -r -H -l '^ls( |$)' -i "$DATA/plain.rec"
	wrote_only <<-'EOF'
	   200    100 ls -l /tmp
	   901    900 ls elsewhere
	EOF
	tool -r -H -a 2 -l ' (8|7) 9$' -i "$DATA/plain.rec"
	wrote_only <<-'EOF'
	1234567    201 cc 1 [...]
	EOF
	tool -r -H -l '/bin/' -i "$DATA/plain.rec"
	wrote_only </dev/null
	tool -r -j -l 'tmp$' -i "$DATA/plain.rec"
	[ "$(jq .pid out)" = 200 ]
}

@test "name: on the path of the program" {
	tool -r -H -i "$DATA/plain.rec" '^/usr/(bin|lib)/cc'
	wrote_only <<-'EOF'
	1234567    201 cc 1 2 3 4 5 6 7 [...]
	1234567    201 /usr/lib/cc1 -quiet [proc]
	EOF
	tool -r -H -i "$DATA/plain.rec" quiet
	wrote_only </dev/null
	tool -r -H -l elsewhere -i "$DATA/plain.rec" ls
	wrote_only <<-'EOF'
	   901    900 ls elsewhere
	EOF
}

@test "-p: a process and its descendants" {
	tool -r -H -p 201 -i "$DATA/plain.rec"
	wrote_only <<-'EOF'
	   201    100 make
	1234567    201 cc 1 2 3 4 5 6 7 [...]
	1234567    201 /usr/lib/cc1 -quiet [proc]
	EOF
	tool -r -H -p 900 -i "$DATA/plain.rec"
	wrote_only <<-'EOF'
	   901    900 ls elsewhere
	EOF
	tool -r -H -p 1 -i "$DATA/plain.rec"
	[ "$(grep -c . out)" -eq 5 ]
	tool -r -H -p 4242 -i "$DATA/plain.rec"
	wrote_only </dev/null
}

@test "-x: failed execs, and what became of each" {
	tool -H -i "$DATA/failed.rec"
	wrote_only <<-'EOF'
	    11      1 ls -l
	EOF
	tool -x -i "$DATA/failed.rec"
	wrote_only <<-'EOF'
	   PID   PPID     RET ARGS
	    11      1  ENOENT /usr/local/bin/ls -l
	    11      1  EACCES /usr/bin/ls -l
	    11      1       0 ls -l
	    12      1 ENOEXEC ? [?]
	    12      1   E2BIG /bin/big 1 2 [...]
	    12      1    4095 /bin/odd
	EOF
}

@test "-x -j: ret is 0 or a name; the thread that called" {
	tool -x -j -i "$DATA/failed.rec"
	[ "$(jq -c '[.event, .pid, .tid, .ret, .path, .argc]' out)" = \
'["exec",11,null,"ENOENT","/usr/local/bin/ls",2]
["exec",11,null,"EACCES","/usr/bin/ls",2]
["exec",11,null,0,"/bin/ls",2]
["exec",12,13,"ENOEXEC",null,null]
["exec",12,null,"E2BIG","/bin/big",9]
["exec",12,null,"4095","/bin/odd",1]' ]
}

@test "-x: a filter is for failed execs too" {
	tool -x -H -i "$DATA/failed.rec" local
	wrote_only <<-'EOF'
	    11      1  ENOENT /usr/local/bin/ls -l
	EOF
	tool -x -H -l 'big 1 2' -i "$DATA/failed.rec"
	wrote_only <<-'EOF'
	    12      1   E2BIG /bin/big 1 2 [...]
	EOF
}

@test "marks: what is not there is marked, and no argument can forge it" {
	tool -H -i "$DATA/marks.rec"
	wrote_only <<-'EOF'
	    11      1 /bin/unknown [?]
	    12      1 /bin/five-unknown [?]
	    13      1 /bin/argc0 []
	    14      1 cut b [...]
	    15      1 cut-unknown [...]
	    16      1 ? []
	    17      1 ? [?]
	    18      1 nop \x5b...]
	    19      1 nop \x5b?]
	    20      1 \x5b]
	    21      1 nop  x 
	    22      1 
	    23      1 nop from-proc [proc]
	    24      ? nop nobody's-child
	EOF
}

@test "marks: -q quotes what only looks like one" {
	tool -q -H -i "$DATA/marks.rec"
	wrote_only <<-'EOF'
	    11      1 /bin/unknown [?]
	    12      1 /bin/five-unknown [?]
	    13      1 /bin/argc0 []
	    14      1 cut b [...]
	    15      1 cut-unknown [...]
	    16      1 '?' []
	    17      1 '?' [?]
	    18      1 nop '[...]'
	    19      1 'nop [?]'
	    20      1 '[]'
	    21      1 nop '' x ''
	    22      1 ''
	    23      1 nop from-proc [proc]
	    24      ? nop 'nobody'\''s-child'
	EOF
}

@test "marks: -j tells how complete arguments are" {
	tool -j -i "$DATA/marks.rec"
	[ ! -s err ]
	[ "$(jq -c '[.pid, .ppid, .path, .argc, .args, .args_state]' \
	    out)" = '[11,1,"/bin/unknown",null,[],"none"]
[12,1,"/bin/five-unknown",5,[],"none"]
[13,1,"/bin/argc0",0,[],"all"]
[14,1,"/bin/cut",12,["cut","b"],"cut"]
[15,1,"/bin/cut-unknown",null,["cut-unknown"],"cut"]
[16,1,null,0,[],"all"]
[17,1,null,null,[],"none"]
[18,1,"/bin/nop",2,["nop","[...]"],"all"]
[19,1,"/bin/nop",1,["nop [?]"],"all"]
[20,1,"/bin/nop",1,["[]"],"all"]
[21,1,"/bin/nop",4,["nop","","x",""],"all"]
[22,1,"/bin/nop",1,[""],"all"]
[23,1,"/bin/nop",2,["nop","from-proc"],"proc"]
[24,null,"/bin/nop",2,["nop","nobody'\''s-child"],"all"]' ]
}

@test "-j: names and values of a record, in this order" {
	tool -j -i "$DATA/plain.rec" make
	wrote_only <<-'EOF'
	{"event":"exec","ts":21.000100,"time":"2023-11-14T22:13:41.000100+0000","pid":201,"ppid":100,"comm":"make","path":"/usr/bin/make","argc":1,"args":["make"],"args_state":"all"}
	EOF
}

# ---- hostile ----

# The arguments in hostile.rec.
hostile=(nop $'new\nline' $'tab\tcr\rbell\adel\177'
    $'\e[31mred\e[0m\e]0;title\a' 'back\slash\n'
    'quote"'\''`$HOME$(id)!#~*?;&|<>{a,b}'
    $'\xff\xc3(\x80\xed\xa0\x80\xf5'
    $'\n   99      1 forged\n{"event":"exec"}'
    $'\xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf\xc2\x85\xf3\xa0\x81\x81'
    'żółć日本🐧' '' -n $'\e0\xffa')

@test "hostile: one line, nothing raw, every byte escaped" {
	tool -a 99 -H -i "$DATA/hostile.rec"
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1 ]
	harmless out
	wrote_only <<-'EOF'
	    11      1 nop new\nline tab\tcr\rbell\x07del\x7f \x1b[31mred\x1b[0m\x1b]0;title\x07 back\\slash\\n quote"'`$HOME$(id)!#~*?;&|<>{a,b} \xff\xc3(\x80\xed\xa0\x80\xf5 \n   99      1 forged\n{"event":"exec"} \xe2\x80\xae\xe2\x80\xa8\xef\xbb\xbf\xc2\x85\xf3\xa0\x81\x81 żółć日本🐧  -n \x1b0\xffa
	EOF
}

@test "hostile: the path is escaped where it is shown" {
	sed 's/ 13 3 =/ 13 0 =/; s/ =nop .*//' "$DATA/hostile.rec" >path.rec
	tool -H -i path.rec
	wrote_only <<-'EOF'
	    11      1 /tmp/\x1b[2J a\n    99      1 forged [?]
	EOF
}

@test "hostile: -q pasted into bash gives the arguments" {
	tool -a 99 -q -H -i "$DATA/hostile.rec"
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1 ]
	harmless out
	eval "argv=($(cut -c 15- out))"
	[ "$(hex "${argv[@]}")" = "$(hex "${hostile[@]}")" ]
}

@test "-q: a program that is named like a word of the shell" {
	mkdir bin
	{
		echo "procsnoop-recording 1"
		n=10
		for name in if time A=1 '{' '!' '[[' '~' '#' '-n' coproc \
		    '*' 'a b' plain %1 %a=1; do
			printf '#!/bin/sh\nprintf "<%%s>" "$@"\n' >"bin/$name"
			chmod 755 "bin/$name"
			escaped=${name// /\\x20}
			echo "exec $n.000000000 $n $n 3 3 =x =/x =$escaped" \
			    "=a =\$b"
			n=$((n + 1))
		done
		echo "end 99.000000000"
	} >words.rec
	tool -q -H -i words.rec
	[ "$(wc -l <out)" -eq 15 ]
	cut -c 15- out >lines
	while read -r line; do
		echo "$line"
		[ "$(PATH=$PWD/bin:$PATH bash -c -- "$line" 2>&1)" = "<a><\$b>" ]
	done <lines
}

@test "hostile: -j is read by jq, and has every byte" {
	tool -a 99 -j -i "$DATA/hostile.rec"
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1 ]
	harmless out
	jq -e .pid out
	our_jq -r 'include "bytes"; .args[] | hex' <out >args
	hex "${hostile[@]}" | diff -u - args
	our_jq -r 'include "bytes"; (.comm, .path) | hex' <out >names
	hex $'\nexec 2.1\e[m\xff' $'/tmp/\e[2J a\n    99      1 forged' |
	    diff -u - names
}

# ---- pipes ----

# Seconds since the epoch, in microseconds.
now_us()
{
	echo "${EPOCHREALTIME/./}"
}

# feed FILE: a tool that reads from descriptor 7, its output on 8
feed()
{
	mkfifo in out
	"$EXECSNOOP" -H -i - <in >out 2>err 3>&- &
	tool_pid=$!
	exec 7>in 8<out
}

@test "-i -: a line is there at once when the writer is slow" {
	feed
	head -n 8 "$DATA/plain.rec" >&7
	begin=$(now_us)
	read -r -t 5 line <&8
	[ "$line" = "200    100 ls -l /tmp" ]
	[ $(($(now_us) - begin)) -lt 500000 ]
	sed -n '9,11p' "$DATA/plain.rec" >&7
	read -r -t 5 line <&8
	[ "$line" = "201    100 make" ]
	sed -n '12,$p' "$DATA/plain.rec" >&7
	exec 7>&-
	[ "$(grep -c . <&8)" -eq 2 ]
	wait "$tool_pid"
}

@test "-i -: a line is there at once when half of the next one came with it" {
	feed
	head -n 8 "$DATA/plain.rec" >some
	printf 'exit 20.0' >>some
	cat some >&7
	got=0
	read -r -t 2 line <&8 && got=1
	tail -c "+$(($(wc -c <some) + 1))" "$DATA/plain.rec" >&7
	exec 7>&-
	cat <&8
	wait "$tool_pid"
	[ "$got" -eq 1 ]
	[ "$line" = "200    100 ls -l /tmp" ]
}

@test "-i -: a recording written one byte at a time" {
	while IFS= read -r -n 1 -d '' c; do
		printf %s "$c"
	done <"$DATA/again.rec" | "$EXECSNOOP" -r -H -i - >out
	status=0
	wrote <<-'EOF'
	    11      1 first
	    11      1 again
	    11      1 thread
	    11      1 reused
	    11      1 hidden
	EOF
}

@test "-i -: SIGINT ends it with what came so far" {
	feed
	head -n 8 "$DATA/plain.rec" >&7
	read -r -t 5 line <&8
	# Ignored in a background job, so TERM stands for it.
	kill -TERM "$tool_pid"
	status=0
	wait "$tool_pid" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 143 ]
	exec 7>&-
}

# many N: a recording with N execs
many()
{
	echo "procsnoop-recording 1"
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf("exec %d.000000000 %d %d 2 3 =nop =/nop " \
			    "=nop =%d\n", i, i, i, i)
	}'
	echo "end 999999.000000000"
}

@test "a reader that goes away ends it with 0, quietly" {
	many 20000 >many.rec
	for n in 1 2 100; do
		{ "$EXECSNOOP" -i many.rec 2>err; echo $? >st; } |
		    head -n "$n" >out
		[ "$(cat st)" -eq 0 ]
		[ ! -s err ]
		[ "$(wc -l <out)" -eq "$n" ]
	done
}

@test "a long recording comes out whole" {
	many 20000 >many.rec
	tool -H -i many.rec
	[ "$status" -eq 0 ]
	awk '{ exit !($1 == NR && $2 == "?" && $3 == "nop" && $4 == NR &&
	    NF == 4) }' out
	[ "$(wc -l <out)" -eq 20000 ]
}

@test "a disk that is full is told, status 1" {
	many 20000 >many.rec
	for options in "-i many.rec" "-i $DATA/plain.rec" \
	    "-j -i $DATA/plain.rec" "-h" "-V"; do
		status=0
		# shellcheck disable=SC2086 # words
		"$EXECSNOOP" $options >/dev/full 2>err || status=$?
		echo "$options: $status"
		cat err
		[ "$status" -eq 1 ]
		grep -q '^execsnoop: standard output: No space left' err
		[ "$(grep -c 'standard output' err)" -eq 1 ]
	done
}

@test "standard output that is closed is told, status 1" {
	status=0
	"$EXECSNOOP" -i "$DATA/plain.rec" >&- 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: standard output: ' err
}

# ---- losses ----

@test "lost events in a recording are told on stderr, all of them" {
	tool -H -i "$DATA/lost.rec"
	wrote <<-'EOF'
	    11      1 nop before
	    12      ? nop doubt
	    13      1 nop sure
	EOF
	[ "$(wc -l <err)" -eq 1 ]
	grep -q '^execsnoop: 42 events lost' err
	sed 's/ 25$/ 0/' "$DATA/lost.rec" >some.rec
	tool -H -i some.rec
	grep -q '^execsnoop: at least 17 events lost' err
}

@test "lost events are records of -j" {
	sed 's/ 25$/ 0/' "$DATA/lost.rec" >some.rec
	tool -j -i some.rec
	[ "$(jq -c '[.event, .ts, .lost, .pid]' out)" = \
'["exec",2.1,null,11]
["lost",3,17,null]
["lost",3.5,null,null]
["exec",4.1,null,12]
["exec",5.1,null,13]' ]
	grep -q 'events lost' err
}

# ---- kernel text ----

text=$BATS_TEST_DIRNAME/../data/text/6.1.txt

@test "kernel text: the execs of the workload, and none that was forged" {
	tool -i "$text"
	[ "$status" -eq 0 ]
	[ "$(head -n 1 out)" = "   PID   PPID ARGS" ]
	grep -qx '   152    151 nop a b c d' out
	grep -qx '   153    151 nop' out
	grep -qx '   156    151 nop 1 2 3 4 5 6 7 \[\.\.\.\]' out
	grep -qx '   172    151 /root/nop interp-arg /tmp/scr s1' out
	grep -qx '   173    151 nop vforked' out
	grep -qx '   177    151 nop from-a-thread' out
	grep -qx '   186    185 nop orphaned' out
	[ "$(grep -c '^   174 ' out)" -eq 1 ]
	refute grep -q forged out
	harmless out
	grep -Eqx 'execsnoop: .*6\.1\.txt: [0-9]+ lines not understood, the first is line [0-9]+: .*' err
}

@test "kernel text: -r, -p, -j, and standard input" {
	tool -r -H -i "$text"
	[ "$(grep -c '^   174 ' out)" -eq 2 ]
	cp out all
	"$EXECSNOOP" -r -H -i - <"$text" 2>/dev/null | cmp - all
	tool -r -H -p 185 -i "$text"
	wrote <<-'EOF'
	   186    185 nop orphaned
	EOF
	tool -j -r -i "$text"
	[ "$(jq .pid out | wc -l)" -eq "$(wc -l <all)" ]
}

@test "kernel text: -T makes no time up" {
	tool -T -i "$text"
	refute grep -q 1970 out
}

@test "lost while arming: counted, not shown" {
	printf '%s\n' 'procsnoop-recording 1' 'armed 2.000000000' \
	    'lost 1.500000000 5' 'task 1.000000000 1 1 0 =init' \
	    'fork 2.500000000 11 1 1200011 =init' \
	    'exec 2.600000000 11 11 1 3 =x =/x =x' 'end 3.000000000' >arming.rec
	tool -j -i arming.rec
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1 ]
	jq -e '.event == "exec" and .ppid == 1' out
	grep -q '^execsnoop: 5 events lost' err
}

@test "a line that is too long: an error, and no memory for it" {
	{
		echo procsnoop-recording 1
		head -c 40000000 /dev/zero | tr '\0' x
	} >long.rec
	status=0
	(
		# A sanitizer needs terabytes.
		ldd "$EXECSNOOP" | grep -q libasan || ulimit -v 60000
		exec timeout 60 "$EXECSNOOP" -i long.rec
	) >out 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: long.rec: line 2: longer than 16 MB$' err
}

@test "no memory at all: a message, never silence" {
	ldd "$EXECSNOOP" | grep -q libasan && skip "a sanitizer needs terabytes"
	for kb in 2000 4000 4400 4600 4700 4800 5000 5200 5400 5600 6000 6400 7000; do
		for t in execsnoop exitsnoop proctree; do
			for arguments in "-i $DATA/plain.rec" "-- true"; do
				status=0
				# shellcheck disable=SC2086 # words
				(
					ulimit -v $kb
					exec timeout 60 "$TREE/$t/$t" $arguments
				) >out 2>err || status=$?
				echo "$t $arguments: $kb KB: $status"
				[ "$status" -eq 0 ] || [ -s err ] ||
				    [ "$status" -eq 139 ] # the loader's end
			done
		done
	done
}

# ---- -k ----

@test "a mark: an object of JSON, and no line; not before the window" {
	sed '/^armed/d' "$DATA/plain.rec" >kept.rec
	{
		sed 1q kept.rec
		echo 'armed 5.000000000'
		sed 1d kept.rec | grep '^task'
		echo 'mark 1.000000000 =early'
		sed 1d kept.rec | grep -v '^task' | grep -v '^end'
		echo 'mark 99.000000000 =\x20\x20201\x20\x20=a\\b'
		echo 'end 99.000000000'
	} >marked.rec
	tool -H -i kept.rec
	mv out plain
	tool -H -i marked.rec
	diff plain out
	tool -j -i marked.rec
	[ "$(jq -c 'select(.event == "mark") | [.ts, .line, .pid]' out)" = \
	    '[99,"  201  =a\\b",null]' ]
	for t in exitsnoop forksnoop proctree; do
		"$TREE/$t/$t" -i marked.rec >out 2>err
		refute grep -q early out
		"$TREE/$t/$t" -j -i marked.rec >out 2>err
		jq . out >parsed
	done
	for line in 'mark 1.0 =x' 'mark 1.000000000' 'mark 1.000000000 x' \
	    'mark 1.000000000 -' 'mark 1.000000000 =x y'; do
		{ sed 1q kept.rec; echo "$line"; } >bad.rec
		tool -i bad.rec
		[ "$status" -eq 1 ]
		grep -q 'bad.rec: line 2: a field that makes no sense' err
	done
}

@test "-i -k: a window of a recording; of trace output there is none" {
	tool -H -r -i "$DATA/plain.rec" -k 1 -w kept make
	[ "$status" -eq 0 ]
	[ -s kept.1 ]
	tool -H -i kept.1
	grep -q ' make$' out
	"$TREE/proctree/proctree" -i kept.1 >out 2>err
	[ -s out ]
	tool -i "$TREE/tests/data/text/6.1.txt" -k 1 -w kept
	[ "$status" -eq 1 ]
	grep -q 'k keeps recordings only' err
}
