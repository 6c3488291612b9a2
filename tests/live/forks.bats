#!/usr/bin/env bats
# forksnoop: every new process has one line, and what the line says is what
# the process itself says (tests/prog/forks.c), or its parent (exits.c).

load helper

TOOL=$FORKSNOOP

setup_file()
{
	build nop exits forks orphan threads
}

# exits [options]: a storm of forks; ./expected, and $exits its pid
exits()
{
	"$bin/exits" "$@" -t truth 3>&- 9>&- &
	exits=$!
	wait "$exits"
	awk '{ printf("%6d %6d fork   exits\n", $2, $3) }' truth |
	    sort >expected
	[ "$(wc -l <expected)" -gt 0 ]
}

# of PPID [FILE]: the lines of its children, sorted
of()
{
	awk -v p="$1" '$2 == p' "${2:-out}" | sort
}

# What each kind of forks.c is.
type_of()
{
	case $1 in
	fork | clone-quiet | clone3 | fork-by-thread | name) echo fork ;;
	vfork | spawn) echo vfork ;;
	pthread) echo thread ;;
	*) echo clone ;;
	esac
}

# kinds_expected: from ./said, with the TID
kinds_expected()
{
	while read -r kind pid tid ppid; do
		printf '%6d %6d %6d %-6s forks\n' "$pid" "$tid" "$ppid" \
		    "$(type_of "$kind")"
	done <said
}

# kinds [NAME...]: runs forks; ./said, $forks
kinds()
{
	"$bin/forks" "${@:-$bin/nop}" >said 3>&- 9>&- &
	forks=$!
	wait "$forks"
}

@test "20,000 of 20,000 lines, each with the right parent" {
	many 20000
	start
	exits -n "$many"
	stop
	[ "$status" -eq 0 ]
	quiet
	[ "$(wc -l <expected)" -eq "$many" ]
	of "$exits" | same expected -
	grep -Eq "^ *$exits +$$ fork   $(</proc/$$/comm)$" out
}

@test "pids that come again: the same" {
	many 10000
	few_pids
	start
	exits -n "$many"
	stop
	many_pids
	[ "$status" -eq 0 ]
	quiet
	[ "$(awk '{ print $1 }' expected | sort -u | wc -l)" -lt 1000 ]
	of "$exits" | same expected -
}

@test "a small buffer: losses are told, and nothing is wrong" {
	many 10000
	few_pids
	start -b 4 -t
	(
		nap 0.3
		kill -STOP "$tool_pid"
		nap 2
		kill -CONT "$tool_pid"
	) 3>&- &
	exits -n "$many" -j 8
	wait $!
	stop
	[ "$status" -eq 0 ]
	cat err
	grep -Eq '^forksnoop: (at least )?[0-9]+ events lost' err
	# None is there more often than it was made.
	awk '$5 == "exits" { $1 = ""; print }' out |
	    awk '{ printf("%6d %6s %-6s %s\n", $1, $2, $3, $4) }' |
	    sed "s/      ? fork/ $(printf '%6d' "$exits") fork/" |
	    awk -v p="$exits" '$2 == p' | sort >seen
	[ "$(wc -l <seen)" -gt 0 ]
	[ "$(wc -l <seen)" -lt "$many" ]
	[ -z "$(comm -13 expected seen)" ]
}

@test "every kind: its type, its parent" {
	for options in '' -L; do
		# shellcheck disable=SC2086 # words
		start $options
		kinds
		stop
		quiet
		[ "$(wc -l <said)" -ge 10 ]
		kinds_expected >expected
		cat expected
		if [ -n "$options" ]; then
			# Three are not said: the thread that forks, who makes
			# a sibling, and itself.
			awk -v p="$forks" '$1 == p || $3 == p' out >seen
			[ "$(wc -l <seen)" -eq $(($(wc -l <said) + 3)) ]
			[ "$(grep -c thread seen)" -eq 2 ]
		else
			sed -i '/ thread /d; s/^....... *\([0-9]* \)/\1/' expected
			awk '{ printf("%6d %6d %-6s %s\n", $1, $2, $3, $4) }' \
			    expected >padded
			mv padded expected
			awk -v p="$forks" '$2 == p' out >seen
			[ "$(wc -l <seen)" -eq "$(wc -l <said)" ]
			refute grep thread out
		fi
		while read -r line; do
			[ "$(grep -c "^ *$line$" seen)" -eq 1 ]
		done <expected
	done
}

@test "threads: with -L one a thread" {
	start -L
	"$bin/threads" "$bin" >said 3>&- 9>&- &
	threads=$!
	wait "$threads"
	stop
	quiet
	while read -r kind pid tids _; do
		[ "$(awk -v p="$pid" -v t="$threads" '$1 == p && $2 != p &&
		    $3 == t && $4 == "thread" && $5 == "t-'"${kind:0:13}"'"' \
		    out | wc -l)" -eq "$tids" ]
		# Its name is that of who made it.
		grep -Eq "^ *$pid +$pid +$threads fork   threads$" out
	done <said
}

@test "-p: only what the process and its descendants make" {
	mkfifo words
	sh <words 3>&- 9>&- &
	shell=$!
	exec 8>words
	start -p "$shell"
	"$bin/nop"
	echo "'$bin/forks' '$bin/nop' >said
	    ('$bin/orphan' '$bin/nop' >forked; :)" >&8
	exec 8>&-
	wait "$shell"
	"$bin/nop"
	stop
	quiet
	forks=$(awk '$1 == "fork" { print $4 }' said)
	# The shell's, those, one that is not said, and the orphan.
	[ "$(of "$shell" | wc -l)" -eq 2 ]
	[ "$(of "$forks" | wc -l)" -eq "$(wc -l <said)" ]
	read -r pid ppid <forked
	of "$ppid" | grep -q "^ *$pid "
	[ "$(wc -l <out)" -eq $((1 + 2 + $(wc -l <said) + 2)) ]
}

@test "-- cmd: what it makes, and its status is ours" {
	tool -- sh -c "'$bin/forks' '$bin/nop' >said; '$bin/nop'; exit 4"
	[ "$status" -eq 4 ]
	forks=$(awk '$1 == "fork" { print $4 }' said)
	[ "$(of "$forks" | wc -l)" -eq "$(wc -l <said)" ]
	shell=$(awk -v p="$forks" '$1 == p { print $2 }' out)
	[ "$(of "$shell" | wc -l)" -eq 2 ]
	# Two of the shell, and the sibling's maker is one of those.
	[ "$(sed 1d out | wc -l)" -eq $((2 + $(wc -l <said))) ]
	tool -L -- "$bin/forks" "$bin/nop"
	[ "$status" -eq 0 ]
	[ "$(grep -c ' thread forks$' out)" -eq 2 ]
}

@test "a process whose parent is gone: who forked it" {
	start
	"$bin/orphan" "$bin/forks" "$bin/nop" >forked 9>&-
	read -r pid ppid <forked
	until_true is_gone "$pid"
	stop
	grep -Eq "^ *$pid +$ppid fork   orphan$" out
	grep -v '^ *[0-9]* *[0-9]* *$' forked | awk -v p="$pid" '
	NF == 4 && $1 == "fork" && $4 == p { found = 1 }
	END { exit !found }'
	[ "$(of "$pid" | wc -l)" -ge 9 ]
}

@test "-j: the right members, of the right types" {
	start -j -L
	kinds
	stop
	jq -se --argjson forks "$forks" '
	all(.event == "fork" and (.ts | type == "number") and
	    (.time | test("^20[0-9-]+T[0-9:.]+[+]0000$")) and
	    (.pid | type == "number") and
	    (.ppid | . == null or type == "number") and
	    (.comm | type == "string") and
	    (.type | test("^(fork|vfork|clone|thread)$")) and
	    has("tid") == (.type == "thread")) and
	    (map(select(.ppid == $forks)) | all(.comm == "forks"))' out
	while read -r kind pid tid ppid; do
		jq -se --argjson p "$pid" --argjson t "$tid" --argjson pp \
		    "$ppid" --arg type "$(type_of "$kind")" '
		map(select((.tid // .pid) == $t and .pid == $p and
		    .ppid == $pp and .type == $type)) | length == 1' out
	done <said
}

@test "-t, -T: now, and in order; -H" {
	read -r before _ </proc/uptime
	start -t -T -L
	kinds
	stop
	read -r after _ </proc/uptime
	head -n 1 out |
	    grep -Eq '^TIMEs +TIME +PID +TID +PPID TYPE   COMM$'
	sed 1d out | awk -v b="$before" -v a="$after" '
	$1 < last || $1 < b - 0.02 || $1 > a + 0.02 ||
	    $2 !~ /^20[0-9-]+T[0-9:.]+\+0000$/ { exit bad = 1 }
	{ last = $1 }
	END { exit bad || NR < 12 }'
	start -H
	kinds
	stop
	refute grep -q PPID out
	[ "$(of "$forks" | wc -l)" -ge 10 ]
}

@test "a hostile name: one line, nothing raw" {
	start -w rec
	start_as .json -j
	names=($'a\nb\tc' $'\e[31mred' 'a b  c' "$(printf %015d 0)" \
	    $'\xff\x80\\' $'e\xe2\x80\xae' $'\r' '"' '')
	kinds -n "${names[@]}"
	stop
	tool_pid=${tools[0]}
	stop
	printf '%s\n' 'a\nb\tc' '\x1b[31mred' 'a\x20b\x20\x20c' \
	    000000000000000 \
	    '\xff\x80\\' 'e\xe2\x80\xae' '\r' '"' '?' >expected
	# The children of those that have the names.
	awk 'NR == FNR { if (FNR % 2 == 0) pid[$2]; next }
	    $2 in pid { sub(/^ *[0-9]+ +[0-9]+ fork   /, ""); print }' said \
	    out | same expected -
	refute grep -aq '[[:cntrl:]]' out
	refute grep -aq '[[:cntrl:]]' out.json
	jq -s length out.json >length
	[ "$(<length)" -ge 18 ]
	"$TOOL" -i rec | same out -
}

@test "-w, then -i with the same options: byte for byte" {
	for options in '' -j '-L -t -T'; do
		# shellcheck disable=SC2086 # words
		start $options -w rec
		exits -n 1000
		kinds
		"$bin/threads" "$bin" >/dev/null 9>&-
		stop
		[ "$status" -eq 0 ]
		# shellcheck disable=SC2086 # words
		"$TOOL" $options -i rec >replayed 2>err.replayed
		[ "$(wc -l <out)" -gt 1000 ]
		same out replayed
		same <(quiet 2>&1) <(quiet err.replayed 2>&1)
	done
}

@test "-d, a pipe that closes, Ctrl-C: it ends with 0 and leaves nothing" {
	snapshot >before
	tool -d 0.2
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
	mkfifo pipe
	head -n 1 <pipe >line 3>&- 9>&- &
	background >pipe 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true nop_until_gone
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	[ "$(<line)" = "   PID   PPID TYPE   COMM" ]
	[ ! -s err ]
	left_nothing "$tool_pid"
	start
	stop
	[ "$status" -eq 0 ]
	left_nothing "$tool_pid"
}

nop_until_gone()
{
	"$bin/nop" 9>&-
	is_gone "$tool_pid"
}
