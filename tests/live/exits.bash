# What the tests of exitsnoop share; behind helper.bash.

TOOL=$EXITSNOOP
# A network namespace of its own has no taskstats.
NO_STATS='unshare -n'

# text(status): of waitpid's, as the tool has it; any(status): not known
# whether core was dumped
TEXT='
	BEGIN {
		split("HUP INT - - - ABRT - FPE KILL USR1 SEGV - PIPE ALRM " \
		    "TERM", names, " ")
	}
	function text(status) {
		if (status % 128 == 0)
			return int(status / 256) ""
		return "SIG" names[status % 128] (status >= 128 ? "+core" : "")
	}
	function any(status) {
		if (status % 128 !~ /^(6|8|11)$/)
			return text(status)
		return "SIG" names[status % 128] "+core?"
	}'

# exits [options]: a storm; ./truth, $exits its pid, $took microseconds
exits()
{
	took=$(now_us)
	"$bin/exits" "$@" -t truth >said 3>&- 9>&- &
	exits=$!
	wait "$exits"
	took=$(($(now_us) - took))
	cat said
}

# check [GRANTED]: the children of that storm have one right line each in ./out,
# which has a header; with -t, none began before its predecessor ended. GRANTED
# is "core": not known whether there was one; "lost": lines that are missing,
# and what is "?".
check()
{
	awk -v granted="${1-}" -v took="$took" -v exits="$exits" "$TEXT"'
	function wrong(why) {
		if (bad++ < 10)
			print "wrong (" why "; truth " pid[i] " " status[i] "): " $0
	}
	NR == FNR { pid[$1] = $2; status[$1] = $4; next }
	FNR == 1 { for (i = 1; i <= NF; i++) col[$i] = i; next }
	{ p = $col["PPID"]; who = $col["COMM"]; i = substr(who, 2) }
	who !~ /^e[0-9]+$/ { next }
	# Somebody else may run the same.
	p != exits && (granted != "lost" || $col["PID"] != pid[i]) { next }
	{ age = $col["AGE(s)"]; how = $col["EXIT"]; slack = 0.000002 }
	!(i in pid) { wrong("no such process"); next }
	seen[i]++ { wrong("twice"); next }
	$col["PID"] != pid[i] { wrong("pid is " pid[i]) }
	p != exits && p != "?" { wrong("ppid is " exits) }
	how != text(status[i]) && (granted == "" || how != any(status[i])) &&
	    (granted != "lost" || how != "?") { wrong("status") }
	granted == "lost" && age ~ /^[0-9]+\.[0-9][0-9]$/ { # of /proc
		slack = 0.02
		age += 0.000001
	}
	age == "?" && granted != "lost" { wrong("age") }
	age != "?" && (age !~ /^[0-9]+\.[0-9][0-9][0-9][0-9][0-9][0-9]$/ ||
	    age > took / 1000000 + slack || age <= 0) { wrong("age") }
	"TIMEs" in col {
		if (age != "?" && $1 - age < ended[pid[i]] - slack)
			wrong("of a predecessor")
		ended[pid[i]] = $1
	}
	{ lines++; known += how != "?" }
	END {
		for (i in pid)
			if (!(i in seen) && granted != "lost" && bad++ < 10)
				print "missing: e" i ", pid " pid[i]
		print lines + 0 " lines, " known + 0 " with a status; wrong" \
		    " or missing: " bad + 0
		exit bad > 0
	}' truth out
}

# line COMM PPID [FILE]: the lines of such processes
line()
{
	awk -v comm="$1" -v ppid="$2" '$2 == ppid && $3 == comm' "${3:-out}"
}

# Seconds since boot.
up()
{
	read -r up _ </proc/uptime
	echo "$up"
}
