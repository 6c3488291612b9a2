# What exitsnoop printed against what exits (tests/prog/exits.c) wrote down:
#	awk -f exits.awk [-v any=1] [-v hidden=1] TRUTH OUTPUT
# any: whether core was dumped need not be known; hidden: nor any signal that
# dumps none.  Prints what is wrong and a summary; ends with 1 if anything is.
function status(s,	sig) {
	sig = s % 128
	if (sig == 0)
		return int(s / 256)
	if (any && (sig == 6 || sig == 8 || sig == 11))
		return name[sig] "+core?"
	if (hidden && sig)
		return "?"
	return name[sig] (int(s / 128) % 2 ? "+core" : "")
}
BEGIN {
	split("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE " \
	    "ALRM TERM", n, " ")
	for (i in n)
		name[i] = "SIG" n[i]
}
NR == FNR {
	pid[$1] = $2
	ppid[$1] = $3
	end[$1] = status($4)
	ran++
	next
}
$3 ~ /^e[0-9]+$/ {
	i = substr($3, 2)
	if (!(i in pid))
		next
	seen[i]++
	if ($1 != pid[i] || $2 != ppid[i] || $5 != end[i] || $4 !~ /^[0-9]/ ||
	    $4 > 60) {
		if (++bad <= 3)
			print "got " $0 ", want " pid[i], ppid[i], end[i]
	}
}
END {
	for (i in pid) {
		missing += !seen[i]
		twice += seen[i] > 1
	}
	printf "%d ended, %d wrong, %d missing, %d twice\n", ran, bad,
	    missing, twice
	exit bad || missing || twice || !ran
}
