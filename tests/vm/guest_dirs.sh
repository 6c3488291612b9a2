# The part of guest.sh for columns: cwd and exe of relative execs in random
# directories, between chdir and fchdir, are right, or not known.
DIRS=${DIRS:-300}

# NAME OPTION...: the lines of execsnoop against what each program found itself;
# part of both must be known
dirs_by() {
	name=$1
	shift
	rm -rf /d && mkdir /d && cp dirs /d/run && cd /d || return
	/t/execsnoop $more "$@" -r -a 4 -j -w /t/rec -c cwd,exe,args -- \
		./run -n "$DIRS" /t/truth >/t/o 2>/t/e
	status=$?
	cd /t || return
	check "ends with 0, $name" $status "$(cat e)"
	# Escaped as the tools do.
	sed 's/\\u0022/\\"/g; s/\\u005c/\\\\/g' truth >truth.json
	awk '
	# The text of a member, "" if it is null.
	function text(line, key,   i, c, s) {
		i = index(line, "\"" key "\":\"")
		if (!i) return ""
		line = substr(line, i + length(key) + 4)
		for (i = 1; (c = substr(line, i, 1)) != "\"" && c != ""; i++) {
			s = s c
			if (c == "\\") s = s substr(line, ++i, 1)
		}
		return s
	}
	NR == FNR { n = text($0, "n"); cwd[n] = text($0, "cwd"); exe[n] = text($0, "exe"); next }
	!/"args":\["run","/ { next }
	{
		n = $0
		sub(/.*"args":\["run","/, "", n)
		sub(/".*/, "", n)
		lines++
		is = text($0, "cwd")
		was = cwd[n]
		sub(/ \(deleted\)$/, "", was)
		if (is != "") known++
		if (is != "" && is != cwd[n] && is != was) { bad++; print }
		is = text($0, "exe")
		if (is != "") files++
		if (is != "" && is != exe[n]) { bad++; print }
	}
	END {
		print lines + 0, "relative execs,", known + 0, "with cwd,", files + 0, "with exe"
		exit bad || !known || !files || lines < '"$DIRS"'
	}' truth.json o >cmp
	check "$name: $(tail -n 1 cmp)" $? "$(head -n 3 cmp) $(cat e)"
	./execsnoop -i rec -r -a 4 -j -c cwd,exe,args 2>/dev/null | cmp -s - o
	check "the same from the recording, $name" $? "$(cat e)"
	rm -f truth
}

if [ -n "$kprobes" ]; then
	dirs_by 'kprobes'
	echo 0 >$kprobes
fi
if grep -q . $T/events/syscalls/sys_exit_chdir/format 2>/dev/null; then
	dirs_by 'without kprobes'
else
	skip "dirs without kprobes" "no events of system calls"
fi
[ -z "$kprobes" ] || echo 1 >$kprobes
