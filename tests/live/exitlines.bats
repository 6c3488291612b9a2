#!/usr/bin/env bats
# exitsnoop: options, columns, JSON, recordings, pipes.

load helper
load exits

setup_file()
{
	build nop exits threads rusage orphan forks
}

@test "-x: only what failed; -d ends it" {
	start -x -d 1.5
	"$bin/exits" -n 276 -t truth >said 3>&- 9>&- &
	exits=$!
	wait "$exits"
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	grep -v '^0 ' truth >failed
	[ "$(awk -v p="$exits" '$2 == p && $5 != "0"' out | wc -l)" -eq 275 ]
	[ -z "$(awk '$5 == "0"' out)" ]
}

@test "-a, -q: the arguments of the last exec" {
	start -a -q
	sh -c 'exec "$@"' sh "$bin/nop" "$tag" 'a b' '' $'\e\n' x{1..70}
	sh -c 'exec "$@"' sh "$bin/nop" "$tag" two
	"$bin/nop" || :
	stop
	line nop $$ | sed 's/^.* 0 *//' >shown
	printf '%s\n' "$bin/nop $tag 'a b' '' \$'\\x1b\\n'$(printf ' x%s' {1..59}) [...]" \
	    "$bin/nop $tag two" "$bin/nop" >expected
	same expected shown
}

@test "-p: a process that runs, and its descendants" {
	mkfifo words
	sh <words >/dev/null 3>&- 9>&- &
	shell=$!
	exec 8>words
	start -p "$shell"
	"$bin/nop"
	echo "'$bin/nop'; '$bin/orphan' '$bin/nop' >forked
	    '$bin/exits' -n 100 -t truth; exit 3" >&8
	exec 8>&-
	wait "$shell" || [ $? -eq 3 ]
	until_true is_gone "$(cut -d ' ' -f 1 forked)"
	nap 0.1
	stop
	exits=$(cut -d ' ' -f 3 truth | sort -u) took=60000000
	check
	[ "$(line nop "$shell" | wc -l)" -eq 1 ]
	[ "$(line nop "$(cut -d ' ' -f 2 forked)" | wc -l)" -eq 1 ]
	[ "$(line sh $$ | awk '{ print $1, $5 }')" = "$shell 3" ]
	# The header, those, the parent of the orphan, and exits itself.
	[ "$(wc -l <out)" -eq 106 ]
}

@test "-- cmd: it and its descendants, and its status is ours" {
	tool -- "$bin/exits" -n 20 -t truth
	[ "$status" -eq 0 ]
	exits=$(cut -d ' ' -f 3 truth | sort -u) took=60000000
	check
	grep -Eq "^ *$exits +$tool_pid exits +[0-9.]+ 0$" out
	tool -x -- sh -c "'$bin/nop'; kill -TERM \$\$"
	[ "$status" -eq 143 ]
	[ "$(sed 1d out | awk '{ print $2, $3, $5 }')" = \
	    "$tool_pid sh SIGTERM" ]
}

@test "columns: each has its place; times are now, and in order" {
	for options in '' -L -t '-t -T' '-t -T -L -R -a'; do
		read -r before _ </proc/uptime
		begin=$(now_us)
		# shellcheck disable=SC2086 # words
		start $options
		for i in 1 2; do
			"$bin/nop" "$tag"
		done
		stop
		end=$(now_us)
		[[ $options != *T* ]] ||
		    while read -r _ time _; do
			[ "$(date -d "$time" +%s%6N)" -ge $((begin - 5000)) ]
			[ "$(date -d "$time" +%s%6N)" -le $((end + 5000)) ]
		    done < <(sed 1d out)
		awk -v o="$options" -v before="$before" -v after="$(up)" \
		    -v parent=$$ '
		# The place where each column ends, or begins.
		NR == 1 {
			want = "PID" (o ~ /L/ ? " TID" : "") \
			    " PPID COMM AGE(s) EXIT"
			want = (o ~ /T/ ? "TIME " : "") want
			want = (o ~ /t/ ? "TIMEs " : "") want
			want = want (o ~ /R/ ? " CPU(s) USER(s) SYS(s)" \
			    " WAIT(s) MAXRSS(KB) READ(KB) WRITE(KB)" : "") \
			    (o ~ /a/ ? " ARGS" : "")
			for (i = 1; i <= NF; i++)
				col[$i] = i
			header = $0
			$1 = $1
			if ($0 != want)
				exit bad = 1
			next
		}
		$col["COMM"] != "nop" || $col["PPID"] != parent { next }
		o ~ /t/ { if ($1 < last || $1 < before || $1 > after) bad = 1 }
		{ last = $1; lines++ }
		substr($0, index(header, "COMM"), 4) != "nop " { bad = 1 }
		substr($0, index(header, " EXIT"), 2) != " 0" { bad = 1 }
		o ~ /R/ && substr($0, index(header, " ARGS"), 2) != " /" { bad = 1 }
		END { exit bad || lines != 2 }' out
	done
	start -H
	stop
	refute grep -q PPID out
}

@test "-j: the right members, of the right types" {
	start -j -R -a -L
	"$bin/threads" "$bin" >said 9>&-
	(ulimit -c 0; exec "$bin/exits" -n 276 -t truth >/dev/null)
	stop
	quiet
	jq -se '
	def number: type == "number";
	def right: .event == "exit" and (.ts | number) and (.pid | number) and
	    (.ppid == null or (.ppid | number)) and
	    (.age == null or (.age | number)) and
	    (.time | test("^20[0-9-]+T[0-9:.]+[+]0000$")) and
	    (.comm | type == "string") and
	    ([.nvcsw, .nivcsw, .majflt, .maxrss, .read, .write] |
		all(number) or all(. == null)) and
	    (.comm[0:2] != "t-" or (.cpu_max | number)) and
	    ([.cpu, .cpu_min, .cpu_max, .utime, .stime, .wait, .blocked, .blkio,
		.swap, .reclaim] | all(. == null or number)) and
	    (.exit == null or (.exit | 0 <= . and . < 256)) and
	    (.signal == null or (.signal | test("^SIG[A-Z0-9+]+$"))) and
	    (.exit == null or .signal == null) and
	    (.core | . == null or type == "boolean");
	def arguments: (.path == null or (.path | type == "string")) and
	    (.argc == null or (.argc | number)) and
	    (.args | type == "array" and all(. == null or type == "string")) and
	    (.args_state | test("^(all|proc|cut|none)$"));
	length > 550 and all(right) and any(has("tid")) and
	    all(has("tid") != arguments)' out
	# Every status of the truth is there.
	jq -r 'select(.comm | test("^e[0-9]+$")) | [.comm[1:], .pid, .ppid,
	    if .signal then .signal else .exit end, .core] |
	    map(tostring) | join(" ")' out | sort >seen
	awk "$TEXT"'{ print $1, $2, $3, text($4), "false" }' truth | sort |
	    same - seen
}

@test "a hostile name: one line, one word, nothing raw" {
	start -w rec
	start_as .json -j
	names=($'a\nb\tc' $'\e[31mred' 'a b  c' ' ' "$(printf %015d 0)" ''
	    $'\xff\x80\\' $'e\xe2\x80\xae' '1 2 x 3 0' $'\r' '"')
	"$bin/forks" -n "${names[@]}" >said 9>&-
	stop
	tool_pid=${tools[0]}
	stop
	printf '%s\n' 'a\nb\tc' '\x1b[31mred' 'a\x20b\x20\x20c' '\x20' \
	    000000000000000 '?' '\xff\x80\\' 'e\xe2\x80\xae' \
	    '1\x202\x20x\x203\x200' '\r' '"' >expected
	awk 'NR == FNR { if (FNR % 2 == 0) pid[$2]; next }
	    $1 in pid && $5 == "0" && NF == 5 { print $3 }' said out |
	    same expected -
	refute grep -aq '[[:cntrl:]]' out
	refute grep -aq '[[:cntrl:]]' out.json
	jq -s length out.json >length
	[ "$(<length)" -ge 22 ]
	"$TOOL" -i rec | same out -
}

@test "-R: a process that was there before, whose threads are gone" {
	cat >burn.c <<-'EOF'
	#include <pthread.h>
	#include <time.h>
	#include <unistd.h>

	static void *
	burn(void *arg)
	{
		struct timespec ts;

		do
			clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
		while (ts.tv_nsec < 200000000);
		return arg;
	}

	int
	main(void)
	{
		pthread_t thread;
		char byte;

		return pthread_create(&thread, NULL, burn, NULL) != 0 ||
		    pthread_join(thread, NULL) != 0 ||
		    write(1, "\n", 1) != 1 || read(0, &byte, 1) == -1;
	}
	EOF
	$CC -D_GNU_SOURCE -pthread -o burn burn.c
	mkfifo words
	./burn <words >ready 3>&- 9>&- &
	pid=$!
	exec 8>words
	until_true [ -s ready ]
	start -R
	exec 8>&-
	wait "$pid"
	stop
	awk -v p="$pid" '$1 == p' out | tee line
	awk '{ known = $6 !~ /^[>?]/; sub(/^>=/, "", $6)
	    exit !($6 == "?" || $6 < 0.4 && (!known || $6 > 0.19)) }' line
}

# Something of everything.
workload()
{
	exits -c -n 300 >/dev/null
	"$bin/threads" "$bin" >/dev/null 9>&-
	"$bin/rusage" -n 10 >/dev/null 9>&-
	"$bin/forks" "$bin/nop" >/dev/null 9>&-
	"$bin/forks" -n $'a\n b' '' $'\e' >/dev/null 9>&-
	"$bin/orphan" "$bin/nop" "$tag" 'a b' '' >/dev/null 9>&-
}

@test "-w, then -i with the same options: byte for byte" {
	while IFS=: read -r under options; do
		# shellcheck disable=SC2086 # words
		start $options -w rec
		workload
		stop
		[ "$status" -eq 0 ]
		# shellcheck disable=SC2086 # words
		"$TOOL" $options -i rec >replayed 2>err.replayed
		[ "$(wc -l <out)" -gt 250 ]
		same out replayed
		same <(quiet 2>&1) <(quiet err.replayed 2>&1)
	done <<-EOF
	:
	:-a -R -L -j
	:-x -t -T -q -a
	$NO_STATS:-a -R -L
	EOF
}

@test "-p and -- cmd with -w: only that is recorded" {
	"$TOOL" -j -w rec -- sh -c "'$bin/exits' -n 30 -t truth >/dev/null; :" \
	    >out 2>err 3>&- 9>&-
	[ "$(jq -s length out)" -eq 32 ]
	"$TOOL" -j -i rec | same out -
	same <(sed -n 's/^exit [0-9.]* \([0-9]*\) 1 .*/\1/p' rec | sort) \
	    <(jq .pid out | sort)
}

@test "a recording of one tool is one for the others" {
	for TOOL in "$EXECSNOOP" "$FORKSNOOP" "$EXITSNOOP"; do
		start -w rec
		exits -c -n 300
		"$bin/nop" "$tag" &
		nop=$!
		wait "$nop"
		stop
		[ "$status" -eq 0 ]
		"$EXITSNOOP" -t -a -i rec >out
		check
		grep -E "^[0-9.]+ +$nop +$$ nop +[0-9.]+ 0 +$bin/nop $tag$" out
		"$EXECSNOOP" -i rec >out
		[ "$(lines_of "$bin/nop $tag$" | awk '{ print $1, $2 }')" = \
		    "$nop $$" ]
		"$FORKSNOOP" -i rec >out
		awk '{ printf("%6d %6d fork   exits\n", $2, $3) }' truth | sort |
		    same - <(awk -v p="$exits" '$2 == p' out | sort)
	done
}

@test "a line is at the end of a pipe at once" {
	mkfifo pipe
	background -H >pipe 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	exec 8<pipe
	until_true grep -q tracing err
	"$bin/nop" 8>&- 9>&-
	until read -r -t 10 _ ppid comm _ <&8 && [ "$ppid $comm" = "$$ nop" ]; do
		refute is_gone "$tool_pid"
	done
	exec 8<&-
	until_true nop_until_gone
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	quiet
}

nop_until_gone()
{
	"$bin/nop" 9>&-
	is_gone "$tool_pid"
}

@test "| head -1 ends it with 0, quietly; it leaves nothing" {
	snapshot >before
	mkfifo pipe
	head -n 1 <pipe >line 3>&- 9>&- &
	background >pipe 2>err &
	tool_pid=$!
	tools+=("$tool_pid")
	until_true nop_until_gone
	ended "$tool_pid"
	[ "$status" -eq 0 ]
	[ "$(<line)" = "   PID   PPID COMM                   AGE(s) EXIT" ]
	[ ! -s err ]
	left_nothing "$tool_pid"
}

@test "Ctrl-C leaves nothing; what kill -9 leaves, the next start removes" {
	snapshot >before
	start -R -a
	dead=$tool_pid
	[ -n "$(trace_of "$dead")" ]
	stop KILL
	[ "$status" -eq 137 ]
	[ -n "$(trace_of "$dead")" ]
	for under in '' "$NO_STATS"; do
		start
		[ -z "$(trace_of "$dead")" ]
		[ -n "$(trace_of "$tool_pid")" ]
		stop INT
		[ "$status" -eq 0 ]
		quiet
		left_nothing "$dead" "$tool_pid"
	done
}
