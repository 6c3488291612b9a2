# The processes of a document of proctree, or as /proc has them: a line each.
#	awk -f tree.awk -v want="MEMBER ..." FILE
# FILE is the document, or has lines of /proc/PID/stat. "above" is the pid of
# the one it is drawn under, "-" for none; that of /proc is the ppid.
function member(name,	v) {
	if (!match($0, "\"" name "\":(\"([^\"\\\\]|\\\\.)*\"|[^,}]*)"))
		return "-"
	v = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
	return v ~ /^"/ ? substr(v, 2, length(v) - 2) : v
}
function stat(name,	rest, f) {
	rest = $0
	sub(/.*\) /, "", rest)
	split(rest, f, " ")
	if (name == "pid")
		return $1
	if (name == "ppid")
		return f[2]
	if (name == "above")
		return f[2] ? f[2] : "-"
	if (name == "state")
		return f[1] == "Z" && f[18] < 2 ? "zombie" : "running"
	if (name == "threads")
		return f[18]
	if (name == "start")
		return f[20] / 100
	rest = $0
	sub(/^[0-9]* \(/, "", rest)
	sub(/\) [^)]*$/, "", rest)
	return rest
}
BEGIN {
	wants = split(want, w, " ")
}
# What follows the processes has their ids, too.
FNR == 1 {
	over = 0
}
/^"critical":/ {
	over = 1
}
!over && (/^[0-9]/ || /^\{"id":/) {
	line = ""
	document = /^\{/
	if (document)
		pid[member("id")] = member("pid")
	for (i = 1; i <= wants; i++) {
		if (!document)
			v = stat(w[i])
		else if (w[i] == "above")
			v = member("parent") == "null" ? "-" :
			    pid[member("parent")]
		else
			v = member(w[i])
		line = line (i > 1 ? " " : "") v
	}
	print line
}
