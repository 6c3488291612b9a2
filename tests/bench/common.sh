# common.sh - what the parts of bench share; see there
# shellcheck shell=sh

# shellcheck disable=SC2034 # of bench and bench_exits
{
here=$(dirname "$0")
what='exec'	# that is reported: exec, exit or fork
count=		# of what a storm has
rounds=5
quiet=0		# seconds to wait at most for a quiet machine
chosen=
}
PATH=$PATH:/usr/sbin:/sbin
EXECSNOOP=${EXECSNOOP:-$here/../../execsnoop/execsnoop}
# of the row procsnoop-before
EXECSNOOP_BEFORE=${EXECSNOOP_BEFORE:-}
EXITSNOOP=${EXITSNOOP:-$here/../../exitsnoop/exitsnoop}
FORKSNOOP=${FORKSNOOP:-$here/../../forksnoop/forksnoop}
CC=${CC:-cc}
STATIC_CC=${STATIC_CC:-musl-gcc -static}
LIBBPF=/usr/sbin	# where Debian's libbpf-tools are

die()
{
	echo "bench: $*" >&2
	exit 1
}

# ---- the tools ----

# Words of a tool's version, or nothing.
package_version()
{
	# shellcheck disable=SC2016 # a field of dpkg-query, not of the shell
	dpkg-query -W -f '${Version}' "$1" 2>/dev/null
}

tool_version()
{
	case $1 in
	none|exitsnoop-R)
			;;
	procsnoop-before)
			"$EXECSNOOP_BEFORE" -V 2>/dev/null | head -n 1 ;;
	libbpf-tools*)	package_version libbpf-tools ;;
	procsnoop)	"$EXECSNOOP" -V 2>/dev/null | head -n 1 ;;
	exitsnoop)	"$EXITSNOOP" -V 2>/dev/null | head -n 1 ;;
	forksnoop)	"$FORKSNOOP" -V 2>/dev/null | head -n 1 ;;
	bcc)		package_version bpfcc-tools ;;
	strace-seccomp)	package_version strace ;;
	*)		package_version "$1" ;;
	esac
}

# Why a tool cannot be measured; nothing when it can.
tool_missing()
{
	case $1 in
	none)
		;;
	procsnoop)
		[ -x "$EXECSNOOP" ] || echo 'not built' ;;
	procsnoop-before)
		[ -x "$EXECSNOOP_BEFORE" ] || echo 'not given' ;;
	exitsnoop*)
		[ -x "$EXITSNOOP" ] || echo 'not built' ;;
	forksnoop)
		[ -x "$FORKSNOOP" ] || echo 'not built' ;;
	libbpf-tools*)
		"$LIBBPF/${what}snoop" --help 2>/dev/null |
		    grep -q libbpf-tools || echo 'not installed' ;;
	bcc)
		if command -v "${what}snoop-bpfcc" >/dev/null; then
			timeout -s INT 10 "${what}snoop-bpfcc" 2>&1 |
			    sed -n 's/^\(Unable to [^.]*\).*/"\1"/p' |
			    head -n 1
		else
			echo 'not installed'
		fi ;;
	bpftrace)
		command -v bpftrace >/dev/null &&
		    command -v execsnoop.bt >/dev/null || echo 'not installed' ;;
	extrace|forkstat|strace)
		command -v "$1" >/dev/null || echo 'not installed' ;;
	strace-seccomp)
		strace -f --seccomp-bpf -o /dev/null -e trace=execve true \
		    2>/dev/null || echo 'not installed' ;;
	*)
		die "unknown tool: $1" ;;
	esac
}

# Seconds that a tool gets to be ready.
tool_warm()
{
	case $1 in
	bcc)		echo 10 ;;
	bpftrace)	echo 4 ;;
	*)		echo 2 ;;
	esac
}

# tools_find tool ...: the chosen ones of them are $tools; note which miss
tools_find()
{
	tools=
	for tool; do
		case " ${chosen:-$tool} " in
		*" $tool "*)
			tools="$tools $tool"
			tool_missing "$tool" >"$dir/$tool.missing" ;;
		esac
	done
}

# ---- a round ----

# Call meter and wait for it so that a signal to us ends it at once.
meter()
{
	"$dir/meter" "$@" >"$dir/report" 2>"$dir/complaint" &
	meter_pid=$!
	wait "$meter_pid"
	meter_status=$?
	meter_pid=
	return "$meter_status"
}

# metered tool [-a tag | -i secs | -n] [-- command ...]: the command, or probes,
# or nothing for secs, traced; -n: without waiting for the tool to catch up
metered()
{
	tracer=$1
	shift
	warm=$(tool_warm "$tracer")
	arm=
	idle=
	now=
	case $1 in
	-a)	arm=$2
		shift 2 ;;
	-i)	idle=$2
		shift 2 ;;
	-n)	now=-n
		shift ;;
	esac
	case $tracer in
	none)
		set -- sleep 1000 "$@"
		warm=0.5 ;;
	procsnoop)
		set -- "$EXECSNOOP" "$@" ;;
	procsnoop-before)
		set -- "$EXECSNOOP_BEFORE" "$@" ;;
	exitsnoop)
		set -- "$EXITSNOOP" "$@" ;;
	exitsnoop-R)
		set -- "$EXITSNOOP" -R "$@" ;;
	forksnoop)
		set -- "$FORKSNOOP" "$@" ;;
	libbpf-tools)
		set -- "$LIBBPF/${what}snoop" "$@" ;;
	libbpf-tools-oL)
		set -- stdbuf -oL "$LIBBPF/${what}snoop" "$@" ;;
	bcc)
		set -- "${what}snoop-bpfcc" "$@" ;;
	bpftrace)
		set -- bpftrace "$(command -v execsnoop.bt)" "$@" ;;
	extrace)
		set -- extrace -f "$@" ;;
	forkstat)
		set -- forkstat -l -e "$what" "$@" ;;
	strace)
		set -- strace -f -o "$dir/out" -e trace=execve "$@" ;;
	strace-seccomp)
		set -- strace -f --seccomp-bpf -o "$dir/out" \
		    -e trace=execve "$@" ;;
	esac
	case $tracer in
	strace*)	meter -u -e "$dir/err" "$@" ;;
	*)		meter ${arm:+-a "$arm"} ${idle:+-i "$idle"} $now -w "$warm" \
			    -o "$dir/out" -e "$dir/err" "$@" ;;
	esac
}

# report name: the value of name in the last report
report()
{
	tr ' ' '\n' <"$dir/report" | sed -n "s/^$1=//p"
}

# What meter had to complain of, and the last word of the tool.
complaint()
{
	for file in complaint err; do
		[ ! -s "$dir/$file" ] || tail -n 1 "$dir/$file"
	done | tr '|<>' ' ' | paste -s -d ';' | sed 's,;,; ,'
}

# The seconds of the storm in the last report; fails when there was none.
storm_seconds()
{
	awk '/ (execs|processes) in / { s = $(NF - 1) }
	END { if (s == "") exit 1; print s }' "$dir/report"
}

# storm tool command ...: a storm under a tool, its seconds in $seconds
storm()
{
	tracer=$1
	shift
	metered "$tracer" -- "$@" && seconds=$(storm_seconds) &&
	    [ "$(report command)" = 0 ]
}

# Ticks of the CPUs: "IDLE ALL".
ticks()
{
	awk '/^cpu / { for (i = 2; i <= 9; i++) all += $i; print $5, all }' \
	    /proc/stat
}

# Wait until the CPUs were idle for most of half a second, $quiet at most.
quiet_wait()
{
	left=$((2 * quiet))
	while [ "$left" -gt 0 ]; do
		left=$((left - 1))
		before=$(ticks)
		sleep 0.5
		# shellcheck disable=SC2046,SC2086 # four words
		set -- $before $(ticks)
		[ $((100 * ($3 - $1))) -lt $((90 * ($4 - $2))) ] || break
	done
}

# round tool reported command ...: a line of numbers for a row, of which those
# behind the costs are what reported says; or why there are none
round()
{
	tool=$1
	reported=$2
	shift 2
	quiet_wait
	storm none "$@" || die "the storm failed: $(complaint)"
	without=$seconds
	if ! storm "$tool" "$@"; then
		complaint >"$dir/$tool.failed"
		return
	fi
	[ ! -s "$dir/err" ] || sed "s/^/bench: $tool: /" "$dir/err" >&2
	echo "$without $seconds $(report cpu_us) $(report hwm_kb)" \
	    "$("$reported" "$tool")" >>"$dir/$tool.rounds"
	echo "bench: $tool: $(tail -n 1 "$dir/$tool.rounds")," \
	    "status $(report status)" >&2
}

# rounds title reported command ...: all rounds of all tools, in turn
rounds()
{
	title=$1
	shift
	rm -f "$dir"/*.rounds "$dir"/*.failed
	turn=0
	while [ "$turn" -lt "$rounds" ]; do
		turn=$((turn + 1))
		for tool in $tools; do
			echo "bench: $title: round $turn of $rounds: $tool" >&2
			[ -s "$dir/$tool.missing" ] ||
			    [ -e "$dir/$tool.failed" ] || round "$tool" "$@"
		done
	done
}

# ---- Markdown ----

# What awk programs here share: the median of v[1..n], and its neighbours.
# shellcheck disable=SC2016 # awk's, not the shell's
median_awk='
	function sort(v, n,   i, j, x) {
		for (i = 2; i <= n; i++) {
			x = v[i]
			for (j = i - 1; j >= 1 && v[j] > x; j--)
				v[j + 1] = v[j]
			v[j + 1] = x
		}
	}
	function median(v, n) {
		sort(v, n)
		return (v[int((n + 1) / 2)] + v[int((n + 2) / 2)]) / 2
	}'

# For the lines of round: some of all, and the last columns, what a tool costs.
# shellcheck disable=SC2016
row_awk="$median_awk"'
	function of(some, all) {
		return sprintf("%d of %d (%.1f %%)", some, all,
		    all ? int(1000 * some / all) / 10 : 0)
	}
	function costs(   m, own) {
		own = "– | –"
		if (tool != "none")
			own = sprintf("%.1f | %d", median(cpu, NR),
			    median(hwm, NR))
		m = median(ratio, NR)
		return sprintf("%.3f | %.3f | %.2f (%.2f–%.2f) | %s",
		    median(without, NR), median(with, NR), m,
		    ratio[1], ratio[NR], own)
	}
	{
		without[NR] = $1; with[NR] = $2; ratio[NR] = $2 / $1
		cpu[NR] = $3 / count; hwm[NR] = $4
	}'

dash_row()
{
	printf '| %s | %s |%s\n' "$1" "$2" "$3"
}

# rows row blank: those of all tools; without numbers the blank cells
rows()
{
	for tool in $tools; do
		if [ -s "$dir/$tool.missing" ]; then
			dash_row "$tool" "$(cat "$dir/$tool.missing")" "$2"
		elif [ -e "$dir/$tool.failed" ]; then
			dash_row "$tool" "failed: $(cat "$dir/$tool.failed")" \
			    "$2"
		else
			"$1" "$tool"
		fi
	done
}

# machine what: where, when, and how many of what a storm has
machine()
{
	cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
	printf '\n'
	echo "${cpu:-unknown CPU}, $(getconf _NPROCESSORS_ONLN) CPUs," \
	    "Linux $(uname -r) $(uname -m), $(date -u '+%Y-%m-%d %H:%M UTC');" \
	    "$count $1 a storm, medians of $rounds rounds," \
	    "load average $(cut -d' ' -f1 /proc/loadavg) at the start"
}

# ---- begin and end ----

# build compiler source: the program, into $dir
build()
{
	name=$(basename "$2" .c)
	# shellcheck disable=SC2086 # a compiler is words
	$1 -O2 -std=c11 -D_GNU_SOURCE -o "$dir/$name" "$2"
}

# The lighter the callers, the harder the storm.
build_light()
{
	build "$STATIC_CC" "$1" || build "$CC" "$1" || die 'no compiler'
}

begin()
{
	[ "$(id -u)" -eq 0 ] || die 'need root (try sudo)'
	meter_pid=
	dir=$(mktemp -d) || exit 1
	trap end EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 141' PIPE
	trap 'exit 143' TERM
	build "$CC" "$here/meter.c" || die 'no compiler'
}

end()
{
	[ -z "$meter_pid" ] || kill "$meter_pid" 2>/dev/null
	rm -rf "$dir"
}
