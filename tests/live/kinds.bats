#!/usr/bin/env bats
# Every kind of exec has one line, and what the line says is what the program
# itself found (tests/prog/kinds.c, sayargs.c).

load helper

setup_file()
{
	build nop sayargs kinds refused liar
	# sayargs by other compilers, as far as there are any.
	local c=$TREE/tests/prog/sayargs.c ld
	local flags='-O2 -std=c11 -D_GNU_SOURCE'
	# The kernel's headers are the same for 32 bits.
	local m32='-m32 -idirafter /usr/include/x86_64-linux-gnu'

	# shellcheck disable=SC2086 # words
	{
		$STATIC_CC $flags -o "$bin/sayargs-static" "$c" || return
		${STATIC_CC%-static} $flags -o "$bin/sayargs-musl" "$c" ||
		    rm -f "$bin/sayargs-musl"
		$CC $m32 $flags -o "$bin/sayargs-m32" "$c" ||
		    echo "# no 32-bit programs" >&3
		$CC $m32 -static $flags -o "$bin/sayargs-m32-static" "$c" ||
		    echo "# no static 32-bit programs" >&3
		# The kernel may run none (ia32_emulation=off).
		"$bin/sayargs-m32" </dev/null >/dev/null 2>&1 3>&- ||
		    [ $? -ne 126 ] || rm -f "$bin"/sayargs-m32*
		# A loader that nobody knows.
		ld=$(LC_ALL=C readelf -l "$bin/sayargs" |
		    sed -n 's/.*interpreter: \(.*\)]/\1/p')
		cp -L "$ld" "$bin/ld.so"
		$CC $flags -Wl,--dynamic-linker="$bin/ld.so" \
		    -o "$bin/sayargs-ld" "$c"
	}
}

# records: the execs in ./out as sayargs has it, with args_state for KIND; "?" is
# an argument that is missing
records()
{
	sed 's/\\\\/\\u005c/g; s/\\udc\([89a-f]\)/\\uf7\1/g' out |
	    jq -r -L "$TREE/tests/bats" 'include "bytes";
		select(.event == "exec") | [.args_state, .pid, .ppid,
		(.comm // "" | hex), (.path // "" | hex), .argc // "?",
		(.args[] | if . then hex else "?" end)] |
		map(tostring) | join(" ")'
}

# check MAX [REGEX]: compare ./records with ./truth when MAX arguments are
# shown. What must be whole: all that needs no luck, as the kinds of REGEX do.
check()
{
	awk -v max="$1" -v more="${2:-^$}" '
	function wrong(why) {
		print kind ": " why ": " substr($0, 1, 300)
		bad = 1
	}
	# Is argument i right, and so on: t is the truth, split.
	function compare(t, kind,   i, n, argc, lucky, state, shown) {
		state = $1
		argc = t[6]
		shown = NF - 6
		n = argc < max ? argc : max
		lucky = kind ~ /^program-(static|m32|ld)/ ||
		    (kind ~ /^(size|size-first|sizes)-/ &&
			kind !~ /-(100|1000|2000)$/) || kind == "sizes-2000" ||
		    kind ~ /^count-(129|[1-9]30|500|2000)$/ || kind ~ more
		if ($3 != t[3])
			wrong("ppid is " t[3])
		if ($4 != t[4])
			wrong("comm is " t[4])
		if ($5 != t[5] && !($5 == "-" && kind ~ /^path-40(52|95)$/))
			wrong("path is " substr(t[5], 1, 200))
		if ($6 != argc && $6 != "?")
			wrong("argc is " argc)
		if (shown > n)
			wrong("too many arguments")
		for (i = 1; i <= shown && i <= n; i++)
			if ($(i + 6) != t[i + 6] &&
			    ($(i + 6) != "?" || !lucky || state != "cut"))
				wrong("argument " i - 1 " is " \
				    substr(t[i + 6], 1, 200))
		if (state == "none" && shown > 0)
			wrong("none with arguments")
		if (state != "none" && state != "cut" && shown != argc)
			wrong("not all")
		if (!lucky && shown < n)
			wrong("incomplete")
		if (!lucky && state == "cut" && n == argc)
			wrong("nothing was cut")
		whole += shown == n
		all++
	}
	FNR == NR {
		truth[$2, ++count[$2]] = $0
		next
	}
	$2 in count {
		if (++seen[$2] > count[$2]) {
			kind = "?"
			wrong("a line too many")
			next
		}
		split(truth[$2, seen[$2]], t, " ")
		kind = t[1]
		compare(t, kind)
	}
	END {
		for (pid in count)
			for (i = seen[pid] + 1; i <= count[pid]; i++) {
				$0 = substr(truth[pid, i], 1, 200)
				kind = $1
				wrong("no line")
			}
		print whole + 0 " of " all + 0 " are whole"
		exit bad
	}' truth records
}

@test "every kind of exec, with all arguments" {
	mkdir dir
	cp "$bin"/sayargs* dir
	start -j -r -a 3000
	"$bin/kinds" "$PWD/dir" 3>truth 9>&-
	stop
	[ "$status" -eq 0 ]
	quiet
	[ "$(grep -c . truth)" -ge 80 ]
	records >records
	check 3000
}

@test "every kind of exec, with eight" {
	mkdir dir
	cp "$bin"/sayargs* dir
	start -j -r
	"$bin/kinds" "$PWD/dir" 3>truth 9>&-
	stop
	[ "$status" -eq 0 ]
	quiet
	records >records
	check 8
}

@test "every kind of exec, by windows on the stack" {
	mkdir dir
	cp "$bin"/sayargs* dir
	windowed
	start --row=3 -j -r -a 3000
	"$bin/kinds" "$PWD/dir" 3>truth 9>&-
	stop
	[ "$status" -eq 0 ]
	quiet
	records >records
	check 3000 '^sizes-1000$' # 9 KB in all
}

@test "every kind of exec: one line of text each, nothing raw" {
	mkdir dir
	cp "$bin"/sayargs* dir
	start -r -a 3000
	"$bin/kinds" "$PWD/dir" 3>truth 9>&-
	stop
	[ "$status" -eq 0 ]
	refute grep -aq '[[:cntrl:]]' out
	iconv -f UTF-8 -t UTF-8 out >/dev/null
	refute grep -q '^ *[0-9]* *[0-9]* *forged' out
	awk '{ print $2, $3 }' truth | sort >expected
	awk 'NR == FNR { mine[$2]; next } $1 in mine { print $1, $2 }' \
	    truth out | sort >seen
	same expected seen
	pid=$(awk '$1 == "hostile" { print $2 }' truth)
	grep "^ *$pid " out | grep -qF ' \x5b?]'
	grep "^ *$pid " out | grep -qF '\n     1      1 forged\n x" a2="forged"'
}

@test "every kind of exec, recorded: the same from the recording" {
	mkdir dir
	cp "$bin"/sayargs* dir
	start -j -r -a 3000 -w rec
	"$bin/kinds" "$PWD/dir" 3>truth 9>&-
	stop
	[ "$status" -eq 0 ]
	"$EXECSNOOP" -j -r -a 3000 -i rec >replayed
	same out replayed
	records >records
	check 3000
}

@test "a program that overwrites its arguments does not deceive us" {
	start -j -a 3000
	# So many that the last ones can only come from /proc, and when the
	# tool goes on it is too late for them.
	for n in 3 9 200; do
		kill -STOP "$tool_pid"
		# shellcheck disable=SC2046 # words
		"$bin/liar" $(seq 1 "$n") 3>&- 9>&- &
		nap 0.1
		kill -CONT "$tool_pid"
		wait $!
	done
	stop
	[ "$(jq -c --arg path "$bin/liar" 'select(.path == $path) |
	    [.argc, (.args[1:] | to_entries |
	    all(.value == "\(.key + 1)")), (.args | length) > 3]' out)" = \
	    "[4,true,true]
[10,true,true]
[201,true,true]" ]
	jq -c --arg path "$bin/liar" 'select(.path == $path and .argc < 200) |
	    .args_state' out | grep -cx '"all"' | grep -qx 2
}

# container: a folder ./root with a shell, nop, and a loader of its own, behind
# a symbolic link as distributions have it
container()
{
	local f real

	mkdir -p root/bin
	cp /bin/sh "$bin/nop" root/bin
	for f in $(ldd /bin/sh "$bin/nop" | grep -o '/[^ :]*' | grep lib |
	    sort -u); do
		real=$(realpath "$f")
		mkdir -p "root/${f%/*}" root/real
		cp "$real" root/real/
		ln -sf "/real/${real##*/}" "root/$f"
	done
}

@test "a container with a loader of its own" {
	container
	mkfifo words
	exec 8<>words
	unshare -m chroot root /bin/sh -c 'while read -r x; do eval "$x"; done' \
	    <words 3>&- 8>&- 9>&- &
	shell=$!
	tools+=("$shell")
	echo ': >/ready' >&8
	until_true [ -e root/ready ]
	start -j -v
	echo "/bin/nop $tag 1; /bin/nop $tag 2; : >/done" >&8
	until_true [ -e root/done ]
	stop
	[ "$status" -eq 0 ]
	cat err
	jq -c --argjson pid "$shell" 'select(.ppid == $pid)' out
	[ "$(jq -c --argjson pid "$shell" 'select(.ppid == $pid) |
	    [.path, .args[1:], .args_state]' out)" = \
	    "[\"/bin/nop\",[\"$tag\",\"1\"],\"all\"]
[\"/bin/nop\",[\"$tag\",\"2\"],\"all\"]" ]
}

# ---- execs that fail ----

# failures: the failed ones in ./out as refused has it, with args_state for KIND
failures()
{
	sed 's/\\\\/\\u005c/g; s/\\udc\([89a-f]\)/\\uf7\1/g' out |
	    jq -r -L "$TREE/tests/bats" 'include "bytes";
		select(.event == "exec" and .ret != 0) | [.args_state, .pid,
		.tid // .pid, .ret, (.path // "" | hex), .argc // "?",
		(.args[] | if . then hex else "?" end)] |
		map(tostring) | join(" ")'
}

# check_failures: ./failures with ./truth, in the order of each thread
check_failures()
{
	awk '
	function wrong(why) {
		print kind ": " why ": " substr($0, 1, 300)
		bad = 1
	}
	function compare(t, kind,   i, shown, sure) {
		shown = NF - 6
		# Ordinary ones of the C library have all.
		sure = kind ~ /^(missing|no-|directory|loop|not-a|search)/ &&
		    kind != "no-arguments"
		if ($4 != t[4])
			wrong("error is " t[4])
		if ($5 != t[5] && ($5 != "-" || sure))
			wrong("path is " substr(t[5], 1, 200))
		if ($6 != t[6] && ($6 != "?" || sure))
			wrong("argc is " t[6])
		for (i = 1; i <= shown; i++)
			if ($(i + 6) != t[i + 6] &&
			    ($(i + 6) != "?" || $1 != "cut"))
				wrong("argument " i - 1 " is " \
				    substr(t[i + 6], 1, 200))
		if ($1 != "none" && $1 != "cut" && shown != t[6])
			wrong("not all")
		if (sure && shown != t[6])
			wrong("incomplete")
	}
	FNR == NR {
		truth[$2, $3, ++count[$2 " " $3]] = $0
		next
	}
	($2 " " $3) in count {
		if (++seen[$2 " " $3] > count[$2 " " $3]) {
			kind = "?"
			wrong("a line too many")
			next
		}
		split(truth[$2, $3, seen[$2 " " $3]], t, " ")
		kind = t[1]
		compare(t, kind)
	}
	END {
		for (id in count)
			if (seen[id] < count[id]) {
				split(id, n, " ")
				$0 = substr(truth[n[1], n[2], count[id]], 1, 99)
				kind = $1
				wrong(count[id] - seen[id] " missing")
			}
		exit bad
	}' truth failures
}

@test "failed execs: none without -x" {
	mkdir dir
	cp "$bin/nop" dir
	start -j -r
	"$bin/refused" "$PWD/dir" 9>&- >truth
	stop
	[ "$status" -eq 0 ]
	# Only the search found something in the end.
	awk '{ print $2 }' truth | sort -u >pids
	[ "$(jq -r '[.pid, .path] | join(" ")' out | sort |
	    join pids - | wc -l)" -eq 1 ]
	[ "$(jq -r --arg p "$PWD/dir/nop" 'select(.path == $p) | .args[1]' \
	    out)" = searched ]
}

@test "failed execs: one line each with -x, and its error" {
	mkdir dir
	cp "$bin/nop" dir
	start -j -r -x -a 200
	"$bin/refused" "$PWD/dir" 9>&- >truth
	stop
	[ "$status" -eq 0 ]
	quiet
	failures >failures
	check_failures
	pid=$(awk '$1 == "search" { print $2; exit }' truth)
	[ "$(jq -r --argjson pid "$pid" 'select(.pid == $pid) | .ret' out |
	    paste -sd ' ')" = "ENOENT ENOENT 0" ]
}

@test "failed execs: the RET column" {
	mkdir dir
	cp "$bin/nop" dir
	start -x
	"$bin/refused" "$PWD/dir" 9>&- >truth
	stop
	[ "$status" -eq 0 ]
	[ "$(head -n 1 out)" = "   PID   PPID     RET ARGS" ]
	refute grep -aq '[[:cntrl:]]' out
	awk '{ print $2, $4 }' truth | sort >expected
	awk 'NR == FNR { mine[$2]; next }
	    $1 in mine && $3 != "0" { print $1, $3 }' truth out | sort >seen
	same expected seen
	pid=$(awk '$1 == "missing" { print $2 }' truth)
	grep -q "^ *$pid  *[0-9]*  ENOENT $PWD/dir/missing a b c  4\$" out
	pid=$(awk '$1 == "search" { print $2; exit }' truth)
	[ "$(awk -v pid="$pid" '$1 == pid { $2 = ""; print }' out)" = \
"$pid  ENOENT /nonexistent/1/nop searched
$pid  ENOENT /nonexistent/2/nop searched
$pid  0 nop searched" ]
}

@test "failed execs: many, none missing" {
	start -x -r -j -a 3
	sh -c "i=0; while [ \$i -lt 300 ]; do
	    env PATH=/nonexistent/1:/nonexistent/2:$bin nop $tag \$i
	    i=\$((i + 1)); done"
	stop
	[ "$status" -eq 0 ]
	quiet
	[ "$(jq -r --arg tag "$tag" 'select(.args[1] == $tag) | .ret' out |
	    sort | uniq -c | awk '{ print $2, $1 }' | paste -sd ' ')" = \
	    "0 300 ENOENT 600" ]
}
