#!/usr/bin/env bats
# proctree --diff: two recordings, by the paths of their processes.
#
# environment: PROCTREE	the program to test, if not the one of this tree

load helper

PROCTREE=${PROCTREE:-$TREE/proctree/proctree}

# compare [options] a b: stdout, stderr and status go to ./out, ./err, $status
compare()
{
	status=0
	timeout 60 "$PROCTREE" --diff "$@" >out 2>err || status=$?
	echo "--diff $*: status $status"
	head -c 2000 err
}

# totals "A; B" "+ - ~ =": the last line of stderr
totals()
{
	local n

	read -r -a n <<<"$2"
	tail -n 1 err
	[ "$(tail -n 1 err)" = "proctree: $1; paths: ${n[0]} added, \
${n[1]} gone, ${n[2]} changed, ${n[3]} the same${3:-}" ]
}

# refused OBJECT: one line says why there is nothing to compare
refused()
{
	[ "$status" -eq 1 ]
	[ ! -s out ]
	[ "$(wc -l <err)" -eq 1 ]
	head -n 1 err | grep -qF -- "proctree: $1"
}

# ran PID PARENT BEGIN SECONDS NAME [CPU [STATUS]]: the lines of a process;
# CPU "-": not known
ran()
{
	awk -v pid="$1" -v parent="$2" -v begin="$3" -v took="$4" \
	    -v name="$5" -v cpu="${6:-0}" -v code="${7:-0}" 'BEGIN {
		printf("fork %.9f %d %d 1200011 =x\n", begin, pid, parent)
		if (name != "")
			printf("exec %.9f %d %d 1 3 =x =/bin/%s =/bin/%s\n",
			    begin, pid, pid, name, name)
		printf("exit %.9f %d 1 =x %d %d", begin + took, pid, code, code)
		if (cpu != "-")
			printf(" 1 0 0 0 0 0 %.0f %.0f 0 0 - - - 0 0 0",
			    cpu * 1e9, cpu * 1e9)
		printf("\n")
	}'
}

# recording [END]: of what make, 100, does; the events on stdin, in any order
recording()
{
	cat <<-'EOT'
	procsnoop-recording 1
	armed 10.000000000
	root 100
	task 1.000000000 1 1 0 =init
	task 9.000000000 99 99 1 =tool
	fork 9.500000000 100 99 1200011 =tool
	exec 10.000000000 100 100 1 3 =make =/usr/bin/make =make
	EOT
	LC_ALL=C sort -s -k 2,2n
	echo "end ${1:-20.000000000}"
}

# Two builds: the second has a slower cc, strips, lists nothing, and tests in
# vain.
builds()
{
	{
		ran 101 100 10.1 1.9 sh 0.010
		ran 102 101 10.2 1.7 cc 1.000
		ran 103 100 12.0 2.0 sh 0.010
		ran 104 103 12.1 1.8 cc 1.000
		ran 105 100 14.0 0.1 ls 0.050
		ran 106 100 14.2 1.0 as 0.500
		ran 107 100 15.2 0.1 test 0.001
		ran 100 1 10.0 6.0 '' 0.200 | tail -n 1
	} | recording >old.rec
	{
		ran 501 100 10.1 1.9 sh 0.010
		ran 502 501 10.2 1.7 cc 1.000
		ran 503 100 12.0 6.0 sh 0.010
		ran 504 503 12.1 5.8 cc 5.000
		ran 506 100 18.2 1.005 as 0.505
		ran 507 100 19.205 0.095 test 0.001 256
		ran 508 100 19.3 0.2 strip 0.100
		ran 509 100 19.5 0.3 strip 0.100 11
		ran 100 1 10.0 10.0 '' 0.200 | tail -n 1
	} | recording 21.000000000 >new.rec
}

@test "added, gone, changed: what changed most comes first" {
	builds
	compare old.rec new.rec
	wrote <<-'EOF'
	  COUNT-A COUNT-B   WALL-A    WALL-B    SELF-A    SELF-B     CPU-A     CPU-B  PATH
	~       2       2    3.500     7.500     3.500     7.500     2.000     6.000  make > sh > cc
	+       -       2        -     0.500         -     0.500         -     0.200  make > strip [failed: 0, 1]
	~       1       1    6.000    10.000     0.900     0.500     0.200     0.200  make
	-       1       -    0.100         -     0.100         -     0.050         -  make > ls
	~       1       1    0.100     0.095     0.100     0.095     0.001     0.001  make > test [failed: 0, 1]
	~       2       2    3.900     7.900     0.400     0.400     0.020     0.020  make > sh
	EOF
	[ "$(wc -l <err)" -eq 1 ]
	totals "8 processes in A (10.000 s), 9 processes in B (11.000 s)" \
	    "1 1 4 1"
}

@test "the other way round: gone is added" {
	builds
	compare -H old.rec new.rec
	cut -c 1 out | tr '+-' '-+' >signs
	sed 's/.*  //; s/failed: 0, 1/failed: 1, 0/' out >paths
	compare -H new.rec old.rec
	cut -c 1 out | diff -u signs -
	sed 's/.*  //' out | diff -u paths -
	totals "9 processes in A (11.000 s), 8 processes in B (10.000 s)" \
	    "1 1 4 1"
}

@test "-a: what is the same, too; -H: no header" {
	builds
	compare -a -H old.rec new.rec
	[ "$(cut -c 1 out | tr -d '\n')" = "~+~-=~~" ]
	grep -qx '=       1       1    1.000     1.005 .*  make > as' out
}

@test "a file and itself: nothing differs" {
	builds
	compare old.rec old.rec
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 1 ]
	totals "8 processes in A (10.000 s), 8 processes in B (10.000 s)" \
	    "0 0 0 6"
	compare -H old.rec old.rec
	wrote </dev/null
	compare -H -a old.rec old.rec
	[ "$(grep -c '^= ' out)" -eq 6 ]
	[ "$(wc -l <out)" -eq 6 ]
}

# one FILE SECONDS CPU [STATUS]: a recording with one process
one()
{
	ran 101 1 11 "$2" job "$3" "${4:-0}" | recording |
	    sed '/^root/d; / 100 /d' >"$1"
}

@test "times: both 10 ms and a tenth make a difference" {
	one a 0.100 0
	one b 0.109 0
	compare -H a b
	wrote </dev/null
	totals "3 processes in A (10.000 s), 3 processes in B (10.000 s)" \
	    "0 0 0 3"
	one b 0.1115 0
	compare -H a b
	[ "$(wc -l <out)" -eq 1 ]
	one a 10 0
	one b 10.9 0
	compare -H a b
	wrote </dev/null
	one b 11.2 0
	compare -H a b
	[ "$(wc -l <out)" -eq 1 ]
	compare -H b a
	[ "$(wc -l <out)" -eq 1 ]
}

@test "CPU time, and failures, make one alone" {
	one a 5 1
	one b 5 1.5
	compare -H a b
	wrote <<-'EOF'
	~       1       1    5.000     5.000     5.000     5.000     1.000     1.500  init > job
	EOF
	one b 5 1 9
	compare -H a b
	wrote <<-'EOF'
	~       1       1    5.000     5.000     5.000     5.000     1.000     1.000  init > job [failed: 0, 1]
	EOF
}

@test "-m: smaller differences are hidden, and told" {
	builds
	compare -H -m 1 old.rec new.rec
	sed 's/.*  //' out | diff -u - <(
		printf '%s\n' 'make > sh > cc' make 'make > sh')
	totals "8 processes in A (10.000 s), 9 processes in B (11.000 s)" \
	    "1 1 4 1" ", 3 smaller ones hidden"
	one a 0.100 0
	one b 0.1115 0
	compare -H -m 0.0116 a b
	[ ! -s out ]
	one a 0.010 0
	one b 0.015 0
	compare -H a b
	[ ! -s out ]
	compare -H -m 0.001 a b
	[ "$(wc -l <out)" -eq 1 ]
}

@test "what is not known is no change, and is marked" {
	{
		ran 101 100 11 1 job 1
		ran 102 100 12 1 job -
		ran 103 100 13 1 other -
	} | recording >some.rec
	{
		ran 101 100 11 1 job 1
		ran 102 100 12 1 job 2
		ran 103 100 13 1 other 1
	} | recording >all.rec
	compare -H some.rec all.rec
	wrote </dev/null
	compare -a -H some.rec all.rec
	wrote <<-'EOF'
	=       1       1        ?         ?         ?         ?         ?         ?  make
	=       2       2    2.000     2.000     2.000     2.000     1.000+    3.000  make > job
	=       1       1    1.000     1.000     1.000     1.000         ?     1.000  make > other
	EOF
	# But more than all of it is.
	sed 's/ 1000000000 1000000000 / 5000000000 5000000000 /' some.rec >more.rec
	compare -H more.rec all.rec
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^~ .* 5\.000+ *3\.000 *make > job$' out
}

@test "what was there before and after: its time tells nothing" {
	recording 20.000000000 </dev/null >short.rec
	recording 90.000000000 </dev/null >long.rec
	compare -H short.rec long.rec
	wrote </dev/null
	totals "1 process in A (10.000 s), 1 process in B (80.000 s)" "0 0 0 1"
}

@test "what was there before counts from when the trace began" {
	for start in 1 9; do
		recording <<-EOF | sed 's/^root.*/task '$start'.000000000 50 50 1 =old/' >$start.rec
		fork $start.500000000 51 50 1200011 =fork
		exit 14.000000000 51 1 =fork 0 0 1 0 0 0 0 0 ${start}000000000 - 0 0 - - - 0 0 0
		exit 15.000000000 50 1 =old 0 0 1 0 0 0 0 0 ${start}000000000 - 0 0 - - - 0 0 0
		EOF
	done
	compare -a -H 1.rec 9.rec
	grep -q '^= .*  init$' out
	grep -q '^= .* 5\.000  *5\.000  *1\.000  *1\.000  *? *? *init > old$' out
	grep -q '^= .* 4\.000  *4\.000  *4\.000  *4\.000  *? *? .* > fork$' out
	refute grep -v '^=' out
}

@test "children that are there at once, or longer than their parent" {
	{
		ran 101 100 11 4 par
		ran 102 101 11 2 a
		ran 103 101 12 2 b
		ran 104 101 12.5 0.5 c
		ran 105 101 14.5 3 d
	} | recording >par.rec
	compare -a -H par.rec par.rec
	# 14 to 14.5
	grep -q '^=  *1  *1  *4\.000  *4\.000  *0\.500  *0\.500 .* make > par$' out
}

@test "a fork without an exec has the name of its parent" {
	{
		ran 101 100 11 4 sh
		ran 102 101 12 1 ''
		ran 103 102 12 0.5 ls
	} | recording >sub.rec
	compare -a -H sub.rec sub.rec
	sed 's/.*  //' out | sort | diff -u - <(printf '%s\n' make 'make > sh' \
	    'make > sh > sh' 'make > sh > sh > ls')
}

@test "a recording of a subtree: nobody else" {
	builds
	ran 901 1 11 1 stranger >stranger
	sed -n '/^fork 10/,/^exit 16/p' old.rec | cat - stranger |
	    recording >with.rec
	compare -H old.rec with.rec
	wrote </dev/null
	sed '/^root/d' with.rec >all.rec
	compare -a -H all.rec all.rec
	grep -q '  init > stranger$' out
}

# ---- names ----

# named NAME...: a recording where each runs the next; as the format escapes
named()
{
	local n=101 name

	for name; do
		echo "fork 11.000000000 $n $((n - 1)) 1200011 =x"
		echo "exec 11.000000000 $n $n 1 3 =x =/x =$name"
		n=$((n + 1))
	done | recording
}

@test "hostile names: one line, one word, never one of our own" {
	named 'a\x20>\x20b' '>' '?' '...' '\x1b[31m\n' '[failed:\x200,\x201]' \
	    '\xe2\x80\xae\xff' '/' 'back\\slash' 'dir/żółć' >hostile.rec
	compare -a -H hostile.rec hostile.rec
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 11 ]
	harmless out
	sed 's/.*  //' out | tail -n 1 | diff -u - <(cat <<-'EOF'
	make > a\x20>\x20b > \x3e > \x3f > \x2e.. > \x1b[31m\n > [failed:\x200,\x201] > \xe2\x80\xae\xff > / > back\\slash > żółć
	EOF
	)
	compare -a -o json hostile.rec hostile.rec
	harmless out
	our_jq -r 'include "bytes"; .paths[-1].path[] | hex' <out >names
	hex make 'a > b' '>' '?' ... $'\e[31m\n' '[failed: 0, 1]' \
	    $'\xe2\x80\xae\xff' / 'back\slash' 'żółć' | diff -u - names
}

@test "names that only look alike are others" {
	named 'a' 'b' >a.rec
	named 'a\x20>\x20b' >b.rec
	compare -H a.rec b.rec
	[ "$(cut -c 1 out | sort | tr -d '\n')" = "+--" ]
}

@test "a name that is not known, and a very long one" {
	long=$(printf 'x%.0s' {1..300})
	{
		echo "fork 11.000000000 101 100 1200011 =x"
		echo "exec 11.000000000 101 101 -1 0 = -"
		echo "fork 11.000000000 102 101 1200011 =x"
		echo "exec 11.000000000 102 102 1 3 = =/y =$long"
	} | sed 's/^\(fork.*\) =x/\1 =/' | recording >a.rec
	compare -a -H a.rec a.rec
	grep -q "  make > ? > ${long:45} \[\.\.\.\]$" out
	compare -a -j a.rec a.rec
	[ "$(our_jq -c '.paths[-1].path[1], (.paths[-1].path[2] | length)' out |
	    tr '\n' ' ')" = "null 255 " ]
}

# chain N: a recording of N forks, each by the one before
chain()
{
	awk -v n="$1" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf("fork 11.%09d %d %d 1200011 =x\n", i, 100 + i,
			    99 + i)
	}' | recording
}

@test "a long chain: the ends of a path" {
	chain 100 >chain.rec
	compare -a -H chain.rec chain.rec
	[ "$(wc -l <out)" -eq 101 ]
	m=$(printf 'make > %.0s' {1..32})
	grep -q "  $m... 37 more ... > ${m% > }$" out
	grep -q "  $m${m% > }$" out
	compare -a -j chain.rec chain.rec
	[ "$(jq -c '.paths[] | select(.omitted == 37) | .path | length' out)" \
	    -eq 64 ]
	named {1..99} >named.rec
	compare -a -H named.rec named.rec
	sed 's/.*  //' out | awk -F ' > ' 'NF > n { n = NF; p = $0 }
	    END { print p }' >longest
	[ "$(sed 's/ more.*//; s/.* //' longest)" -gt 0 ]
	compare -a -H named.rec named.rec
	sed 's/.*  //' out | grep -- '> 31 > ... 36 more ... > 68 > .* > 99$'
}

@test "a chain of 100000, and 200000 processes of one path" {
	chain 100000 >deep.rec
	awk 'BEGIN {
		for (i = 1; i <= 200000; i++) {
			printf("fork 11.%09d %d 100 1200011 =x\n", i, i + 100)
			printf("exit 11.%09d %d 1 =x 0 0\n", i, i + 100)
		}
	}' | recording >wide.rec
	SECONDS=0
	compare -H deep.rec wide.rec
	[ "$status" -eq 0 ]
	[ "$SECONDS" -lt 20 ]
	[ "$(grep -c '^-' out)" -eq 99999 ]
	[ "$(grep -c '^~' out)" -eq 1 ]
	grep -q '^~  *1  *200000 .* make > make$' out
}

# thicket SEED: a recording of 20000 processes, anybody's children, and in
# ./paths, how often each path is there
thicket()
{
	awk -v seed="$1" -v paths=paths 'BEGIN {
		srand(seed)
		path[100] = "make"
		n["make"] = 1
		for (i = 101; i < 20101; i++) {
			p = 100 + int((i - 100) * rand() * rand())
			name = "n" int(rand() * 9)
			path[i] = path[p] " > " name
			n[path[i]]++
			printf("fork 11.%09d %d %d 1200011 =x\n", i, i, p)
			printf("exec 11.%09d %d %d 1 3 =x =/x =%s\n", i, i, i,
			    name)
		}
		for (p in n)
			print n[p], p >paths
	}' | recording
}

@test "20000 processes in a thicket: each is counted where it is" {
	thicket 1 >a.rec
	sort paths >a.paths
	thicket 2 >b.rec
	sort paths >b.paths
	[ "$(wc -l <a.paths)" -gt 5000 ]
	compare -a -H a.rec b.rec
	[ "$status" -eq 0 ]
	for side in 2,a 3,b; do
		awk -v column="${side%,*}" '$column != "-" {
			n = $column
			sub(/^.*  /, "")
			print n, $0
		}' out | sort | diff -u "${side#*,}.paths" - | head -n 20
		[ "${PIPESTATUS[2]}" -eq 0 ]
	done
}

# ---- json ----

@test "-o json: a document with all of it" {
	builds
	compare -o json old.rec new.rec
	[ "$status" -eq 0 ]
	jq -c '[.a.file, .a.processes, .a.elapsed, .b.file, .b.processes,
	    .b.elapsed, .added, .gone, .changed, .same, .hidden]' out |
	    diff -u - <(
		echo '["old.rec",8,10,"new.rec",9,11,1,1,4,1,0]')
	[ "$(jq -c '[.a.lost, .a.truncated, .a.unparsed, .least]' out)" = \
	    '[0,false,0,0.01]' ]
	jq -c '.paths[] | [.change, (.path | join(" > ")), .a.count, .b.count,
	    .a.wall, .b.self, .b.cpu, .b.failed]' out >paths
	diff -u - paths <<-'EOF'
	["changed","make > sh > cc",2,2,3.5,7.5,6,0]
	["added","make > strip",0,2,0,0.5,0.2,1]
	["changed","make",1,1,6,0.5,0.2,0]
	["gone","make > ls",1,0,0.1,0,0,0]
	["changed","make > test",1,1,0.1,0.095,0.001,1]
	["changed","make > sh",2,2,3.9,0.4,0.02,0]
	EOF
	compare -a -j old.rec new.rec
	[ "$(jq '.paths | length' out)" -eq 7 ]
	compare -j old.rec old.rec
	[ "$(jq -c .paths out)" = "[]" ]
}

# ---- files ----

@test "a recording that was cut: compared, told, status 1" {
	builds
	sed '$d' new.rec >cut.rec
	compare -H old.rec cut.rec
	[ "$status" -eq 1 ]
	[ "$(wc -l <out)" -eq 6 ]
	grep -qx 'proctree: cut\.rec: ends before its last line: incomplete' err
	compare cut.rec old.rec
	[ "$status" -eq 1 ]
	grep -q 'cut\.rec: .*incomplete' err
	head -c 700 old.rec >cut.rec
	compare -j old.rec cut.rec
	[ "$status" -eq 1 ]
	grep -q 'cut\.rec: .*incomplete' err
	[ "$(jq -c '[.a.truncated, .b.truncated]' out)" = '[false,true]' ]
}

@test "lost events are told, of each file" {
	builds
	sed 's/^fork 12\.0/lost 11.900000000 25\n&/' old.rec >lost.rec
	compare -H old.rec lost.rec
	[ "$status" -eq 0 ]
	grep -q '^proctree: lost\.rec: 25 events lost' err
	refute grep -q 'old\.rec:' err
	sed 's/^\(lost.*\) 25/\1 0/' lost.rec >some.rec
	compare -j lost.rec some.rec
	grep -q '^proctree: lost\.rec: 25 events lost' err
	grep -q '^proctree: some\.rec: at least 0 events lost' err
	[ "$(jq -c '[.a.lost, .b.lost]' out)" = '[25,null]' ]
}

@test "a file that is not there, a directory, an empty one, something else" {
	builds
	mkdir dir
	: >empty
	echo words >words
	for bad in missing dir empty words; do
		compare old.rec "$bad"
		refused "$bad: "
		compare "$bad" old.rec
		refused "$bad: "
	done
	sed 's/^fork 12/frok 12/' old.rec >bad.rec
	compare old.rec bad.rec
	refused "bad.rec: line "
	compare old.rec $'no\e[31m\nfile'
	refused 'no\x1b[31m\nfile: No such file'
}

@test "-: standard input, for one of them" {
	builds
	compare -H old.rec new.rec
	cp out files
	compare -H old.rec - <new.rec
	wrote <files
	compare -H - new.rec <old.rec
	wrote <files
	compare - - <old.rec
	refused "-: empty"
}

@test "kernel text: with itself, and with a process less" {
	text=$BATS_TEST_DIRNAME/../data/text/6.1.txt
	compare -H "$text" "$text"
	wrote </dev/null
	[ "$(grep -c 'lines not understood' err)" -eq 2 ]
	totals "71 processes in A (0.430 s), 71 processes in B (0.430 s)" \
	    "0 0 0 9"
	compare -a -H "$text" "$text"
	[ "$(wc -l <out)" -gt 5 ]
	refute grep -v '^= ' out
	grep -v ' nop-152 \| pid=152 \|child_pid=152 ' "$text" >less.txt
	refute cmp -s "$text" less.txt
	compare -H "$text" less.txt
	[ "$status" -eq 0 ]
	[ -s out ]
	grep -q '^[-~] .*nop$' out
	builds
	compare -H "$text" old.rec
	[ "$status" -eq 0 ]
	grep -q '^+ .*  make > ls$' out
	grep -q '^- .*nop$' out
}

@test "a disk that is full is told, status 1; a reader that goes is not" {
	builds
	status=0
	"$PROCTREE" --diff old.rec new.rec >/dev/full 2>err || status=$?
	[ "$status" -eq 1 ]
	grep -q '^proctree: standard output: No space left' err
	chain 20000 >chain.rec
	{ "$PROCTREE" --diff -a chain.rec chain.rec 2>err; echo $? >st; } |
	    head -n 1 >out
	[ "$(cat st)" -eq 0 ]
	refute grep -q 'standard output' err
}

@test "-o svg has each process of both: with its twin, or as gone" {
	builds
	for files in "old.rec new.rec" "new.rec old.rec" "old.rec old.rec"; do
		# shellcheck disable=SC2086
		compare -o svg $files
		[ "$status" -eq 0 ]
		sed -n '/^<g id="data">/,/^<\/g>/p' out |
		    sed 's/<g id="data">//; s/<\/g>//; s/<metadata>//
			s/<\/metadata>//' | jq -es --arg totals "$(tail -n 1 err)" '
			add | ($totals | [scan("([0-9]+) process")[0] |
			tonumber]) as [$a, $b] |
			(map(select(.[4] < 128)) | length) == $b and
			(map(select(.[-1].g?)) | length) +
			(map(select(.[4] >= 128)) | length) == $a'
		sed -n '/^<metadata id="diff">/,/<\/metadata>/p' out |
		    sed 's/<metadata id="diff">//; s/<\/metadata>//' | jq -r '
			.[] | ["=+-~"[.[0]:.[0] + 1], .[2], .[3], .[1]] |
			join(" ")' >list
		# shellcheck disable=SC2086
		"$PROCTREE" --diff -H $files 2>/dev/null | awk '{
			print $1, $2 + 0, $3 + 0, $0 }' |
		    sed 's/^\(. [0-9]* [0-9]*\) .*[0-9?+-]  *\([^ 0-9?+-].*\)$/\1 \2/' |
		    sed 's/ \[failed.*//' >want
		diff want list
	done
}

@test "--diff -o svg: the CPUs, and the verdicts, are those of the second" {
	cd "$TREE/examples"
	"$PROCTREE" --diff -o svg cron.rec short.rec >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	cd "$BATS_TEST_TMPDIR"
	grep -q '^<metadata id="why">{"cpus":2,' out
	grep -q 'waited for a CPU .* up to 8 at work on 2 CPUs: more CPUs would help' out
}

@test "--diff may stand after its options, but not after --" {
	cd "$TREE/examples"
	"$PROCTREE" --diff -H -m 0.5 short.rec cron.rec >"$BATS_TEST_TMPDIR/a" 2>&1
	"$PROCTREE" -H -m 0.5 --diff short.rec cron.rec >"$BATS_TEST_TMPDIR/b" 2>&1
	[ -s "$BATS_TEST_TMPDIR/a" ]
	cmp "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	status=0
	"$PROCTREE" -i short.rec -- --diff 2>"$BATS_TEST_TMPDIR/err" || status=$?
	[ "$status" -eq 2 ]
	grep -q '^proctree: -i and a command' "$BATS_TEST_TMPDIR/err"
}

@test "a format that --diff has not is an error" {
	status=0
	"$PROCTREE" --diff -o dot a b >out 2>err || status=$?
	[ "$status" -eq 2 ]
	grep -q '^proctree: --diff: text, json or svg is expected' err
}
