#!/usr/bin/env bats
# -k: the last seconds, written when they are asked for; --rotate: one recording
# after another.

load helper

setup_file()
{
	build nop storm orphan
}

# has FILE LINES: written so often, for at most 30 seconds
has()
{
	until_true count_is "$@"
}

count_is()
{
	[ "$(grep -c "$2" "$1")" -ge "${3:-1}" ]
}

# field NAME FILE: of the line of that name
field()
{
	awk -v name="$1" '$1 == name { print $2 }' "$2"
}

# lines_within FILE FROM TO: with times, of all execs
lines_within()
{
	"$EXECSNOOP" -H -t -r -i "$1" 2>/dev/null |
	    awk -v from="$2" -v to="$3" '$1 + 0 >= from && $1 + 0 <= to'
}

# whole FILE...: every tool replays it, and the tree has no gap
whole()
{
	local f t

	for f; do
		for t in "$EXECSNOOP" "$EXITSNOOP" "$FORKSNOOP" "$PROCTREE"; do
			"$t" -i "$f" >out.whole 2>err.whole || {
				echo "${t##*/} -i $f:"
				cat err.whole
				return 1
			}
		done
		grep -q ' 0 orphans, 0 missing comms, .* 0 events lost' err.whole || {
			cat err.whole
			return 1
		}
	done
}

# numbers NAME: of the files NAME.1, ... that there are
numbers()
{
	local f

	for f in "$1".*; do
		[ ! -e "$f" ] || echo "${f##*.}"
	done | sort -n | tr '\n' ' '
}

@test "the window: what lived, what happened since, and nothing else" {
	start_as .all -r -w all
	all=$tool_pid
	"$bin/nop" "$tag" kept &
	start -k 2 -w keep -l "$tag trigger"
	sh -c "sleep 30 & echo \$! >sleeper; exec sh -c 'read -r _; : $tag' <never" \
	    9>&- 3>&- &
	parent=$!
	"$bin/nop" "$tag" old
	nap 2.5
	for i in 1 2 3 4 5; do
		"$bin/nop" "$tag" "new$i"
	done
	"$bin/nop" "$tag" trigger
	has err 'keep.1: written'
	"$bin/nop" "$tag" later
	stop
	[ "$status" -eq 0 ]
	stop_pid "$all"
	kill "$parent" "$(<sleeper)"

	[ "$(numbers keep)" = '1 ' ]
	[ "$(stat -c %a keep.1)" = 600 ]
	[ ! -e keep ]
	whole keep.1
	armed=$(field armed keep.1)
	end=$(field end keep.1)
	awk -v a="$armed" -v e="$end" 'BEGIN { exit e - a != 2 }'
	"$EXECSNOOP" -H -r -i keep.1 | grep "$tag" >in.keep
	# Clocks of two tools differ by microseconds.
	lines_within all "$armed" "$(awk -v e="$end" 'BEGIN {
		printf("%.6f\n", e + 0.0001) }')" |
	    sed 's/^[^ ]* *//; s/^/ /' | grep "$tag" >in.all
	same <(sed 's/^ *//' in.all) <(sed 's/^ *//' in.keep)
	grep -q "$tag new1" in.keep
	grep -q "$tag trigger" in.keep
	refute grep -q -e "$tag old" -e "$tag later" in.keep
	# What the machine had used, just before the window and after it.
	awk -v a="$armed" -v e="$end" '$1 == "machine" { n++; last = $2
		if (n == 1 && ($2 > a || $2 < a - 3)) exit bad = 1 }
	    END { exit bad || n < 2 || last < e || last > e + 2 }' keep.1
	"$PROCTREE" -S -i keep.1 2>/dev/null |
	    grep -E '^short-lived processes: .*[0-9] % of [0-9]+ CPUs?, (>=[0-9]+|\?)'
	# The mark is the line.
	[ "$(grep -c '^mark ' keep.1)" -eq 1 ]
	[ "$("$EXECSNOOP" -j -i keep.1 | jq -r 'select(.event == "mark").line')" = \
	    "$(grep trigger out)" ]
	# What began before has its parent and its arguments, now as then.
	"$PROCTREE" -i keep.1 >tree 2>/dev/null
	grep -A1 -E "^ *$parent .* : $tag" tree | grep -E "^ *$(<sleeper) .*- sleep 30"
	"$EXECSNOOP" -H -i keep.1 | grep "nop $tag new1" >new
	[ "$(awk '{ print $2 }' new)" = "$BASHPID" ]
}

stop_pid()
{
	tool_pid=$1
	stop
}

@test "USR1 writes, twice, and ends nothing; without -k it ends the tool" {
	start -k 60 -w keep nothing-has-that-name
	"$bin/nop" "$tag" one
	kill -USR1 "$tool_pid"
	has err 'keep.1: written'
	"$bin/nop" "$tag" two
	kill -USR1 "$tool_pid"
	has err 'keep.2: written'
	stop
	[ "$status" -eq 0 ]
	[ "$(numbers keep)" = '1 2 ' ]
	whole keep.1 keep.2
	grep -q '^mark [0-9.]* =SIGUSR1$' keep.1
	"$EXECSNOOP" -H -i keep.1 | grep -q "$tag one"
	refute grep -q "=two" keep.1
	"$EXECSNOOP" -H -i keep.2 | grep -q "$tag two"
	start -w plain
	stop USR1
	[ "$status" -eq 0 ]
}

@test "proctree: USR1, and a command that fails; no tree" {
	TOOL=$PROCTREE
	start -k 60 -w keep
	"$bin/nop" "$tag" one
	kill -USR1 "$tool_pid"
	has err 'keep.1: written'
	stop
	[ "$status" -eq 0 ]
	[ ! -s out ]
	whole keep.1
	"$PROCTREE" -i keep.1 2>/dev/null | grep -q "nop $tag one"
	tool -k 60 -w cmd -- sh -c "$bin/nop $tag two; exit 3"
	[ "$status" -eq 3 ]
	[ ! -s out ]
	whole cmd.1
	[ "$("$EXECSNOOP" -j -i cmd.1 | jq -r 'select(.event == "mark").line')" = \
	    'sh: exit 3' ]
	"$PROCTREE" -i cmd.1 2>/dev/null >tree
	[ "$(wc -l <tree)" -eq 3 ]
	grep -q "nop $tag two" tree
	tool -k 60 -w good -- sh -c "$bin/nop $tag; exit 0"
	[ "$status" -eq 0 ]
	[ -z "$(numbers good)" ]
}

@test "nothing is written that nobody asked for" {
	start -k 60 -w keep nothing-has-that-name
	"$bin/nop" "$tag"
	stop
	[ "$status" -eq 0 ]
	[ -z "$(numbers keep)" ]
	refute grep -q written err
}

@test "many lines: one file in a tenth, a mark for each; the rest at the end" {
	start -r -k 10 -w keep -l "$tag"
	"$bin/nop" "$tag" first
	has err 'keep.1: written'
	for i in 1 2 3 4 5 6 7 8 9 10; do
		"$bin/nop" "$tag" "$i"
	done
	has err 'keep.2: written'
	"$bin/nop" "$tag" last
	stop
	[ "$(numbers keep)" = '1 2 3 ' ]
	[ "$(grep -c '^mark ' keep.1)" -eq 1 ]
	[ "$(grep -c '^mark ' keep.2)" -eq 11 ]
	[ "$(grep -c '^mark ' keep.3)" -eq 12 ]
	awk '$1 == "mark" { t[FILENAME] = $2 }
	    END { exit t["keep.2"] - t["keep.1"] > 1 }' keep.1 keep.2
	whole keep.1 keep.2 keep.3
}

@test "--keep-files: the oldest goes, and a restart goes on" {
	for i in 1 2 3 4; do
		start -k 5 --keep-files=3 -w keep -l "$tag"
		"$bin/nop" "$tag" "$i"
		stop
	done
	[ "$(numbers keep)" = '2 3 4 ' ]
	"$EXECSNOOP" -H -i keep.4 | grep -q "$tag 4"
}

@test "the process that writes is not shown" {
	TOOL=$EXITSNOOP
	start -k 3 -w keep "^nop$"
	"$bin/nop" "$tag"
	has err 'keep.1: written'
	nap 0.5
	"$bin/nop" "$tag"
	has err 'keep.2: written'
	nap 0.2
	stop
	for f in keep.1 keep.2; do
		refute grep -E "^(fork|exit) [0-9.]* $tool_pid |^fork [0-9.]* [0-9]+ $tool_pid " "$f"
		"$FORKSNOOP" -H -i "$f" >forks
		refute awk -v p="$tool_pid" '$2 == p { found = 1 } END { exit !found }' forks
	done
}

@test "a trigger in a storm: complete up to it, and a loss is told" {
	many 20000
	start_as .all -r -b 8192 -w all
	all=$tool_pid
	start -k 60 -b 8192 -w keep nothing-has-that-name
	"$bin/storm" -n "$many" -j 4 "$bin/nop" "$tag" >/dev/null 3>&- 9>&- &
	storm=$!
	for i in 1 2 3; do
		nap 0.5
		kill -USR1 "$tool_pid"
		has err "keep.$i: written"
	done
	wait "$storm"
	kill -USR1 "$tool_pid"
	has err "keep.4: written"
	stop
	stop_pid "$all"
	# A machine that is busy with other things may lose some, of either.
	lost=$(told err)
	lost_all=$(told err.all)
	echo "lost: $lost, without -k $lost_all"
	[ "$lost" -lt $((many / 4)) ]
	storm_lines all | sed 's/^[^ ]* *//' | sort >in.all
	[ $(($(wc -l <in.all) + lost_all)) -ge "$many" ]
	storm_lines keep.4 >in.last
	sed 's/^[^ ]* *//' in.last | sort >in.last.sorted
	[ "$(comm -23 in.all in.last.sorted | wc -l)" -le "$lost" ]
	[ "$(comm -13 in.all in.last.sorted | wc -l)" -le "$lost_all" ]
	for i in 1 2 3; do
		[ "$lost" -ne 0 ] || whole "keep.$i"
		storm_lines "keep.$i" >in.keep
		[ "$(wc -l <in.keep)" -gt 100 ]
		awk -v e="$(field end "keep.$i")" '$1 <= e' in.last |
		    same - in.keep
	done
}

# With times.
storm_lines()
{
	"$EXECSNOOP" -H -t -r -i "$1" |
	    grep -E "^[0-9.]+ +[0-9]+ +[0-9]+ $bin/nop $tag"
}

@test "a full disk is told, and tracing goes on" {
	mkdir small
	mount -t tmpfs -o size=8k tmpfs small
	start -k 60 -w small/keep nothing-has-that-name
	"$bin/storm" -n 300 -j 2 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
	kill -USR1 "$tool_pid"
	has err 'small/keep: No space left on device: not written'
	full=$(ls small)
	mount -o remount,size=8m small
	kill -USR1 "$tool_pid"
	has err 'small/keep.1: written'
	stop
	cp small/keep.1 keep.1
	umount small
	[ -z "$full" ]
	[ "$status" -eq 0 ]
	whole keep.1
	[ "$("$EXECSNOOP" -H -i keep.1 | grep -c "^ *[0-9]* *[0-9]* $bin/nop $tag")" -eq 300 ]
}

@test "a directory that is gone is told, and tracing goes on" {
	mkdir dir
	start -k 60 -w dir/keep nothing-has-that-name
	rmdir dir
	kill -USR1 "$tool_pid"
	has err 'dir/keep: No such file'
	mkdir dir
	"$bin/nop" "$tag"
	kill -USR1 "$tool_pid"
	has err 'dir/keep.1: written'
	stop
	[ "$status" -eq 0 ]
	whole dir/keep.1
	tool -k 60 -w none/keep
	[ "$status" -eq 1 ]
	grep -q 'none/keep: No such file' err
}

@test "links, FIFOs and files of another user stay as they are" {
	mkdir -m 1777 shared
	echo precious >victim
	ln -s ../victim shared/keep.1
	mkfifo shared/keep.2
	echo other >shared/keep.3
	chmod 644 shared/keep.3
	ln -s ../victim shared/keep.new
	chown -h nobody shared/keep.*
	stat -c '%n %F %s %a %u %Y' victim shared/keep.[123] >before
	start -k 60 -w shared/keep --keep-files=1 nothing-has-that-name
	kill -USR1 "$tool_pid"
	has err 'shared/keep.new: '
	[ -L shared/keep.new ]
	rm shared/keep.new
	kill -USR1 "$tool_pid"
	has err 'shared/keep.4: written'
	kill -USR1 "$tool_pid"
	has err 'shared/keep.5: written'
	stop
	[ "$status" -eq 0 ]
	[ "$(numbers shared/keep)" = '1 2 3 5 ' ]
	stat -c '%n %F %s %a %u %Y' victim shared/keep.[123] | same before -
}

# A recording of N short lives, ten in a second, and one that fails at the end.
# (A command substitution would not see what awk left in the pipe.)
lives()
{
	awk -v n="$1" 'BEGIN {
		print "procsnoop-recording 1\nboot 1700000000.000000000"
		print "armed 1.000000000\ntask 0.500000000 1 1 0 =init"
		print "task 0.600000000 2 2 1 =daemon 2 3 =/sbin/daemon =daemon =-f"
		for (i = 0; i < n; i++) {
			t = 2 + i / 10
			p = 100 + i % 30000
			printf "fork %.9f %d 2 1200011 =daemon\n", t, p
			printf "exec %.9f %d %d 2 3 =job =/bin/job =job =%d\n", t + 0.001, p, p, i
			printf "exit %.9f %d 1 =job %d %d\n", t + 0.002, p,
			    i == n - 1 ? 256 : 0, i == n - 1 ? 256 : 0
		}
		printf "end %.9f\n", t + 1
	}'
}

@test "days go by: memory stays, and the window is exact" {
	TOOL=$EXITSNOOP
	mkfifo in
	lives 300000 >all
	(head -n 100000 all; nap 3; sed 1,100000d all) >in 3>&- &
	feeder=$!
	"$TOOL" -H -i in -k 60 -w keep -x >out 2>err 3>&- 9>&- &
	tool_pid=$!
	tools+=("$tool_pid")
	nap 2
	early=$(awk '/^VmRSS/ { print $2 }' "/proc/$tool_pid/status")
	peak=0
	while kill -0 "$tool_pid" 2>/dev/null; do
		rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$tool_pid/status" 2>/dev/null) || :
		[ "${rss:-0}" -le "$peak" ] || peak=$rss
		nap 0.05
	done
	wait "$feeder"
	ended "$tool_pid"
	echo "KB: $early after 9 hours, $peak at most after 8 hours more"
	[ "$status" -eq 0 ]
	[ "$early" -gt 100 ]
	[ "$peak" -le $((early + 1024)) ]
	[ "$(wc -l <out)" -eq 1 ]
	[ "$(numbers keep)" = '1 ' ]
	whole keep.1
	# The failure, and all that began in the 60 seconds before.
	[ "$("$EXECSNOOP" -H -i keep.1 | wc -l)" -eq 600 ]
	[ "$("$EXITSNOOP" -H -x -i keep.1 | wc -l)" -eq 1 ]
	"$EXITSNOOP" -H -i keep.1 | awk '$2 != 2 { exit 1 }'
	"$PROCTREE" -i keep.1 2>/dev/null >tree
	# And one that ended as the window began.
	[ "$(grep -c -e '- job [0-9]' tree)" -eq 601 ]
	grep -q ' *2 .*- daemon -f' tree
}

@test "less memory than the seconds need: it says so" {
	lives 100000 >all
	"$EXITSNOOP" -H -i all -k 8000 --keep-size=1 -w keep -x >out 2>err
	grep -q 'keep.1: written, the last [0-9.]* s only: --keep-size' err
	grep -qE '^# keeps [0-9]+ s of 8000' keep.1
	whole keep.1
	[ "$(stat -c %s keep.1)" -lt $((1 << 20)) ]
	[ "$("$EXECSNOOP" -H -i keep.1 | wc -l)" -gt 2000 ]
}

@test "kill -9 while it writes: what was whole is, what is torn is told" {
	lives 200000 >all
	# It may be faster than the signal.
	for i in 1 2 3 4 5 6 7 8 9 10; do
		[ ! -e keep.new ] || break
		"$EXECSNOOP" -i all -k 100000 -w keep -l ' 199999$' >/dev/null \
		    2>&1 3>&- 9>&- &
		tool_pid=$!
		until_true exists_or_gone keep.new
		kill -KILL "$tool_pid" 2>/dev/null || :
		wait "$tool_pid" || :
	done
	echo keep.*
	for n in $(numbers keep); do
		[ "$n" = new ] || whole "keep.$n"
	done
	[ -e keep.new ]
	tool -i keep.new
	[ "$status" -eq 1 ]
	"$EXECSNOOP" -i all -k 5 -w keep -l ' 199999$' >/dev/null
	[ ! -e keep.new ]
}

exists_or_gone()
{
	[ -e "$1" ] || is_gone "$tool_pid"
}

@test "a subtree: also what its dead have left" {
	cat >daemon <<-END
		sh -c '(while [ ! -e stop ]; do
		    $bin/nop $tag left; sleep 0.2; done) >/dev/null 2>&1 &'
		sleep 4
		touch stop
	END
	"$EXECSNOOP" -k 1 -w keep -l "^$bin/nop $tag trigger" -- sh -c \
	    "sh ./daemon; $bin/nop $tag trigger; sleep 0.3" >out 2>err 3>&- 9>&-
	grep -q 'keep.1: written' err
	grep -q '^root ' keep.1
	"$EXECSNOOP" -H -i keep.1 >in.keep 2>/dev/null
	[ "$(grep -c "nop $tag left" in.keep)" -ge 3 ]
	grep -q "nop $tag trigger" in.keep
}

@test "--rotate: each is whole, and all of them are everything" {
	TOOL=$EXITSNOOP
	for how in 8K 0.4; do
		rm -f rot.*
		start -t -H --rotate="$how" -w rot
		for i in 1 2 3 4 5 6; do
			"$bin/storm" -n 40 -j 2 "$bin/nop" "$tag" >/dev/null 3>&- 9>&-
			nap 0.15
		done
		stop
		[ "$status" -eq 0 ]
		[ "$(numbers rot | wc -w)" -ge 3 ]
		: >union
		last=
		for n in $(numbers rot); do
			whole "rot.$n"
			[ -z "$last" ] || [ "$(field armed "rot.$n")" = "$last" ]
			last=$(field end "rot.$n")
			"$EXITSNOOP" -t -H -i "rot.$n" >>union
		done
		same out union
		[ "$(grep -c ' nop ' union)" -ge 240 ]
	done
}

@test "--rotate --keep-files: the last ones" {
	start --rotate=0.2 --keep-files=2 -w rot
	for i in 1 2 3 4 5 6; do
		"$bin/nop" "$tag"
		nap 0.25
	done
	stop
	n=$(numbers rot | wc -w)
	[ "$n" -eq 2 ]
	refute test -e rot.1
}

@test "what does not go together" {
	refute_usage -k 5
	refute_usage -k 5 -w -
	refute_usage -k 5 --rotate=5 -w x
	refute_usage --rotate=5
	refute_usage --rotate=5 -w -
	refute_usage --rotate=5X -w x
	refute_usage --rotate=K -w x
	refute_usage --rotate=0M -w x
	refute_usage -k 0 -w x
	refute_usage -k 5 --keep-files=0 -w x
	refute_usage -k 5 --keep-size=2048 -w x
	refute_usage --keep-files=3 -w x
	refute_usage --rotate=5 --keep-size=3 -w x
	refute_usage --rotate=5 -w x -i y
}

refute_usage()
{
	tool "$@"
	[ "$status" -eq 2 ]
	grep -q '^usage:' err
}

@test "the user and the cgroup of what lived before the window" {
	TOOL=$EXITSNOOP
	start -k 1 -w keep -c +uid,cgroup "^sleep$"
	setpriv --reuid=65534 --regid=65534 --clear-groups sleep 2.5 &
	sleeper=$!
	wait "$sleeper"
	has err 'keep.1: written'
	stop
	awk -v p="$sleeper" '$1 == p' out >live
	"$EXITSNOOP" -H -c +uid,cgroup -i keep.1 | awk -v p="$sleeper" '$1 == p' |
	    same live -
	grep -q ' 65534 ' live
	refute grep -q '?' live
	refute grep -q "^fork [0-9.]* $sleeper " keep.1
}
