#!/usr/bin/env bats
# Row 3 where a uprobe must not fetch strings: windows on the stack. As on
# Linux before 6.12, here because the kernel seems to panic when it warns.

load helper

setup_file()
{
	build nop sayargs storm
}

# long_lines FILE: the lines that the truth of a storm with -l asks for, sorted
long_lines()
{
	awk -v program="$bin/nop" -v tag="$tag" '{
		begin = sprintf("%6d %6d %s %s %d", $2, $3, program, tag, $1)
		sub(/^[^ ]* [^ ]* [^ ]*/, "")
		print begin $0
	}' "$1" | sort
}

@test "windows: 3,000 of 3,000 with all of up to 3 KB of arguments" {
	windowed
	start -v --method=ldso -b 8192 -a 3000 -w rec
	SECRET=$tag-secret "$bin/storm" -n 3000 -j 4 -l 3072 -t truth \
	    "$bin/nop" "$tag" 3>&- 9>&-
	stop
	[ "$status" -eq 0 ]
	grep -q 'method ldso: windows of [0-9]* bytes, no strings (' err
	refute grep -q lost err
	long_lines truth >expected
	[ "$(wc -l <expected)" -eq 3000 ]
	lines_of "$bin/nop " | sort >seen
	same expected seen
	refute grep -q "$tag-secret" out rec
	"$EXECSNOOP" -a 3000 -i rec | lines_of "$bin/nop " - | sort >replayed
	same seen replayed
}

@test "windows and strings say the same of the same storm" {
	if [ -e "$TRACEFS/kprobe_events" ]; then
		skip "method ldso comes after the kprobes"
	fi
	start_as .strings -j -v
	strings=$tool_pid
	windowed
	start_as .windows -j -v
	"$bin/storm" -n 1000 -j 2 -t truth "$bin/nop" "$tag" 3>&- 9>&-
	stop
	kill -INT "$strings"
	ended "$strings"
	refute grep -q windows err.strings
	grep -q windows err.windows
	for form in strings windows; do
		jq -c --arg path "$bin/nop" 'select(.path == $path) |
		    [.pid, .ppid, .argc, .args, .args_state]' "out.$form" |
		    sort >"seen.$form"
	done
	[ "$(grep -c '"all"' seen.windows)" -eq 1000 ]
	same seen.strings seen.windows
}

# said: "ARGC STATE" and the lengths of the arguments in the record of the
# program that ran last
said()
{
	jq -r --arg path "$bin/sayargs" 'select(.path == $path) |
	    "\(.argc) \(.args_state) \(.args | map(length) | join(" "))"' \
	    out | tail -n 1
}

# An argument is whole, or it is not there; what /proc has may fill it in.
@test "windows: where they end" {
	windowed
	start --method=ldso -j -r -a 3000
	first=$((${#bin} + 9)) # bytes of "$bin/sayargs" and its NUL
	for n in 3070 3071 3072 3073 3135 3136 3137 5000 20000; do
		long=$(printf '%*s' $((n - first - 1)) '' | tr ' ' x)
		"$bin/sayargs" "$long" 3>/dev/null 9>&-
		until_true grep -q "\"$long\"\|\"cut\"" out
		said | tee line
		case $(<line) in
		"2 all $((first - 1)) ${#long}" | "2 proc $((first - 1)) ${#long}") ;;
		"2 cut $((first - 1))") [ "$n" -gt 3072 ] ;;
		*) false ;;
		esac
		: >out
	done
	stop
	[ "$status" -eq 0 ]
}

@test "windows: --check tells, and of failed execs what is missing" {
	windowed
	tool --check -x --method=ldso
	[ "$status" -eq 0 ]
	grep 'method_ldso: *windows of [0-9]* bytes, no strings (' out
	grep -qx 'arguments: *method ldso, self-test passed' out
	[ -e "$TRACEFS/kprobe_events" ] || {
		grep -Eq '^failed_execs: +uprobes must not fetch strings: ' out
		grep -q '^result: .*failed execs without path and' out
	}
}
