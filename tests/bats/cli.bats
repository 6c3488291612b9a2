#!/usr/bin/env bats
# The command line, and everything that needs neither root nor tracing:
# recordings (format: lib/recording.c) and kernel text through -i.

load helper

# ---- usage ----

# The letters in the synopsis of the usage text.
usage_letters()
{
	sed -n '1,/\]$/p' out | tr -d '\n' | sed 's/\[name\].*//' |
	    grep -o '\[-[A-Za-z]*' | tr -d '[\n-'
}

@test "-h: the usage on stdout, status 0" {
	tool -h
	[ "$status" -eq 0 ]
	[ ! -s err ]
	head -n 1 out | grep -q '^usage: execsnoop \[-'
	run grep -c . out
	[ "$output" -gt 15 ]
	refute grep -q '.\{81\}' out
}

@test "-V: name and version, status 0" {
	tool -V
	[ "$status" -eq 0 ]
	[ ! -s err ]
	grep -Eqx 'execsnoop \(procsnoop\) [0-9]+\.[0-9.]+' out
}

@test "the letters of the usage are those that are understood" {
	tool -h
	letters=$(usage_letters)
	[ "${#letters}" -gt 15 ]
	for c in {a..z} {A..Z} {0..9}; do
		tool -i "$DATA/plain.rec" "-$c"
		if [[ $letters == *$c* ]]; then
			refute grep -q 'unknown option' err
		else
			complained 2 "unknown option -$c"
		fi
	done
}

@test "the usage explains each letter of its synopsis, and no other" {
	tool -h
	synopsis=$(usage_letters | grep -o . | sort | tr -d '\n')
	lines=$(sed -n 's/^  -\([A-Za-z]\) .*/\1/p' out | sort | tr -d '\n')
	[ "$synopsis" = "$lines" ]
}

@test "the manual has the same letters as the usage" {
	page=$TREE/man/execsnoop.8
	[ -e "$page" ] || skip "no manual yet"
	tool -h
	usage=$(usage_letters | grep -o . | sort | tr -d '\n')
	synopsis=$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCR/p' "$page" |
	    sed -n 's/^\.Op Fl \([A-Za-z]*\).*/\1/p' | grep -o . | sort |
	    tr -d '\n')
	list=$(sed -n 's/^\.It Fl \([A-Za-z]\).*/\1/p' "$page" | sort |
	    tr -d '\n')
	echo "usage $usage synopsis $synopsis list $list"
	[ "$usage" = "$synopsis" ]
	[ "$usage" = "$list" ]
}

@test "what is wrong stands above a short usage, not a long one" {
	for wrong in '-d 5s' '-p 0' '-l ('; do
		tool "${wrong% *}" "${wrong#* }"
		complained 2 "$wrong: "
		[ "$(wc -l <err)" -le 6 ]
	done
	for wrong in --row=9 --row=0 --row; do
		tool "$wrong"
		complained 2 "$wrong: --row=1 to --row=5 is expected"
	done
}

@test "an option that needs an argument says so" {
	for c in a b d i l p w; do
		tool "-$c"
		complained 2 "-$c"
	done
}

@test "numbers that are none, or too small, or too large" {
	for bad in '' x -1 1x ' 1' +1 0x10 1.5 100001 \
	    99999999999999999999; do
		tool -i "$DATA/plain.rec" -a "$bad"
		complained 2 "-a $bad"
	done
	for bad in '' x 0 -1 1048577 99999999999999999999 4k; do
		tool -i "$DATA/plain.rec" -b "$bad"
		complained 2 "-b $bad"
	done
	for bad in '' x 0 0.0 . -1 1e3 1s inf nan 99999999999 1..2 ' 1' \
	    0.0000000001; do
		tool -d "$bad"
		complained 2 "-d $bad"
	done
	for bad in '' x 0 -1 1x 2147483648 99999999999999999999; do
		tool -i "$DATA/plain.rec" -p "$bad"
		complained 2 "-p $bad"
	done
}

@test "regular expressions that are none" {
	tool -i "$DATA/plain.rec" -l '('
	complained 2 "-l (: "
	tool -i "$DATA/plain.rec" '[a'
	complained 2 "[a: "
}

@test "options that contradict each other, words too many" {
	tool -i "$DATA/plain.rec" -- true
	complained 2 "-i"
	tool -i "$DATA/plain.rec" -d 1
	complained 2 "-d"
	tool -i "$DATA/plain.rec" -w new
	complained 2 "-w"
	[ ! -e new ]
	tool -p 1 -- true
	complained 2 "-p"
	tool -i "$DATA/plain.rec" name another
	complained 2 "another"
	tool --
	complained 2 "command"
	tool --help
	complained 2 "-"
}

@test "a -- that is the argument of an option is no end of options" {
	tool -i "$DATA/plain.rec" -l --
	[ "$status" -eq 0 ]
	tool -i "$DATA/plain.rec" -l -- make
	[ "$status" -eq 0 ]
}

@test "without root: one line that says so, status 1, with a command 125" {
	dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$EXECSNOOP" "$dir/execsnoop"
	EXECSNOOP=$dir/execsnoop
	if [ "$(id -u)" -eq 0 ]; then
		cat >"$dir/as-nobody" <<-EOF
		#!/bin/sh
		exec setpriv --reuid=65534 --regid=65534 --clear-groups \
		    "$dir/execsnoop" "\$@"
		EOF
		chmod 755 "$dir/as-nobody"
		EXECSNOOP=$dir/as-nobody
	fi
	tool -d 1
	complained 1 "need root"
	tool -- true
	complained 125 "need root"
	rm -r "$dir"
}

# ---- files ----

@test "-i: a file that is not there, a directory, one that may not be read" {
	tool -i missing.rec
	complained 1 "missing.rec: No such file"
	mkdir dir
	tool -i dir
	complained 1 "dir: Is a directory"
	cp "$DATA/plain.rec" secret.rec
	chmod 000 secret.rec
	if [ "$(id -u)" -eq 0 ]; then
		printf '#!/bin/sh\nexec setpriv --bounding-set %s "%s" "$@"\n' \
		    -dac_override,-dac_read_search "$EXECSNOOP" >weak
		chmod 755 weak
		EXECSNOOP=$PWD/weak
	fi
	tool -i secret.rec
	complained 1 "secret.rec: Permission denied"
}

@test "-i: an empty file, and empty standard input" {
	: >empty
	tool -i empty
	complained 1 "empty"
	tool -i -
	complained 1 "empty"
}

@test "-i: files that are something else" {
	printf 'hello\nworld\n' >words
	tool -i words
	complained 1 words
	printf '\n\n\n' >blank
	tool -i blank
	complained 1 blank
	head -c 4096 /dev/zero >zeros
	tool -i zeros
	complained 1 zeros
	tool -i "$EXECSNOOP"
	complained 1 "$EXECSNOOP"
	head -c 100000 /dev/urandom >noise
	tool -i noise
	complained 1 noise
	sed '1s/1$/2/' "$DATA/plain.rec" >later.rec
	tool -i later.rec
	complained 1 "later.rec: made by another version"
}

@test "-i: a recording that ends too early is told, at any byte" {
	size=$(wc -c <"$DATA/plain.rec")
	# The last line is "end 30.000000000".
	for ((n = 22; n < size - 1; n += 7)); do
		head -c "$n" "$DATA/plain.rec" >cut.rec
		tool -i cut.rec
		[ "$status" -eq 1 ]
		grep -q '^execsnoop: cut\.rec: ' err
	done
}

@test "-i: a recording without its last line is shown, and told" {
	sed '$d' "$DATA/plain.rec" >cut.rec
	tool -i cut.rec
	[ "$(grep -c . out)" -eq 5 ]
	grep -q '^execsnoop: cut\.rec: .*incomplete' err
	[ "$status" -eq 1 ]
}

# corrupt SED...: with each of these edits the file is refused, by its line
corrupt()
{
	local edit

	for edit; do
		sed "$edit" "$DATA/plain.rec" >bad.rec
		refute cmp -s bad.rec "$DATA/plain.rec"
		tool -i bad.rec
		[ "$status" -eq 1 ]
		[ "$(grep -c '^execsnoop: bad\.rec: line [0-9]*: ' err)" -eq 1 ]
	done
}

@test "-i: a recording with fields that make no sense" {
	corrupt 's/^exec 20\.001000000/exec 20.001/' \
	    's/^exec 20\./exec x./' \
	    's/^exec 20\.001000000/exec 20.00100000x/' \
	    's/^exec 20\./exec -20./' \
	    's/^exec 20\./exec 99999999999999999999./' \
	    's/ 200 200 3 3 / 0 200 3 3 /' \
	    's/ 200 200 3 3 / -5 200 3 3 /' \
	    's/ 200 200 3 3 / 2147483648 200 3 3 /' \
	    's/ 200 200 3 3 / 200 200 2 3 /' \
	    's/ 200 200 3 3 / 200 200 4 3 /' \
	    's/ 200 200 3 3 / 200 200 3 4 /' \
	    's/ 200 200 3 3 / 200 200 3 0 /' \
	    's/ 200 200 3 3 / 200 200 -2 3 /' \
	    's/ =-l / -l /' \
	    's/ =-l / =\\q /' \
	    's/ =-l / =\\x4 /' \
	    's/ =-l / =\\x00 /' \
	    's/ =-l / =\\/' \
	    's/ =-l /  =-l /' \
	    's/ =ls =\/bin/ =0123456789abcdef =\/bin/' \
	    's/^task 10/tusk 10/' \
	    's/^fork 20\.000000000 200 100 1200011/& extra/' \
	    's/ 1200011 / 12g /' \
	    's/^exit 20.*/exit/' \
	    's/^boot .*/boot/' \
	    's/^end .*/end/' \
	    's/^end .*/lost -1/' \
	    's/^end .*/lost 1.000000000 -1/' \
	    's/^end .*/lost 1.000000000 1 1/'
}

@test "-i: a NUL in a recording" {
	sed 's/ =-l / =-\x00l /' "$DATA/plain.rec" >nul.rec
	tool -i nul.rec
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: nul\.rec: line 8: ' err
}

@test "-i: what stood before the line that is wrong is shown" {
	sed 's/^fork 22/frok 22/' "$DATA/plain.rec" >bad.rec
	tool -H -i bad.rec
	[ "$status" -eq 1 ]
	diff -u - out <<-'EOF'
	   200    100 ls -l /tmp
	   201    100 make
	1234567    201 cc 1 2 3 4 5 6 7 [...]
	EOF
}

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
	1234567    201 /usr/lib/cc1 -quiet
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
	1234567    201 /usr/lib/cc1 -quiet
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
	1234567    201 /usr/lib/cc1 -quiet
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
	    23      1 nop from-proc
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
	    23      1 nop from-proc
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
		    '*' 'a b' plain; do
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
	[ "$(wc -l <out)" -eq 13 ]
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
	grep -Eqx 'execsnoop: .*6\.1\.txt: [0-9]+ lines did not parse' err
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
