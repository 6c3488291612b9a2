# The part of guest.sh for what a tool may still do once it traces, and for cwd, exe,
# tty, sid and loginuid: each is right or not known (tests/prog/dirs.c).
DIRS=${DIRS:-100}
before >state

# In every set that this kernel has: DAC_OVERRIDE, DAC_READ_SEARCH, NET_ADMIN and
# SYS_PTRACE, and none to hand on.
program=./execsnoop
start -v
sed 's/\t0*/ /' /proc/$tool/status >caps
bounding=
case $(grep rights: e) in
*'bounding set: no CAP_SETPCAP'*) bounding=all ;; # 2.6.32 may have none, even for root
esac
for set in 'CapInh ' 'CapPrm 81006' 'CapEff 81006' 'CapBnd 81006' 'CapAmb ' \
	'NoNewPrivs 1'; do
	[ "$set" != "CapBnd 81006" ] || [ -z "$bounding" ] || continue
	! grep -q "^${set% *}:" caps || grep -qx "${set% *}: ${set#* }" caps
	check "rights: $set, if this kernel has it" $? "$(grep -E '^(Cap|No)' caps)"
done
# no_new_privs is there since Linux 3.5, in status since 4.10; the ambient set since 4.3.
privs='.*no_new_privs.*' ambient=
! grep -q NoNewPrivs caps || privs=no_new_privs
grep -q CapAmb caps || ambient='; no ambient set'
grep -q "rights: CAP_DAC_OVERRIDE .*CAP_SYS_PTRACE (/proc), of [0-9]* \
capabilities.*$ambient; $privs\$" e
check "rights are reported" $? "$(grep rights e)"
sed -n 's/^execsnoop: rights/# rights/p' e
stop
check "ends with 0 with fewer rights" $status "$(cat e)"
same_state "nothing left behind with fewer rights"

# The calls that change a trait, also those of 32 bits, are seen by their events only.
if [ ! -d $T/events/raw_syscalls/sys_exit ]; then
	start -v -r -c +cwd,exe,tty,sid,loginuid
	./nop-static TAG
	usleep 300000
	stop
	grep -Eq 'traits: .*sys_.*: No such file' e && grep -q 'are not known here' e
	check "no traits without events of system calls, and why" $? "$(cat e)"
	grep -Eq '^ *[0-9]+ +[0-9]+ +([?] +){5}[.]/nop-static TAG$' o
	check "they are ?" $? "$(cat o)"
else
	mkdir d
	cp dirs d/run
	cd d || exit
	program=../execsnoop
	start -v -r -a 4 -j -w rec -c cwd,exe,sid,tty,loginuid,args -- \
		./run -n "$DIRS" truth
	wait $tool
	check "dirs itself" $? "$(cat e)"
	grep -q 'traits: system calls and /proc: in use, self-test passed' e
	check "traits in use" $? "$(cat e)"
	# One way to write a byte.
	for f in truth o; do
		sed 's/\\n/\\u000a/g; s/\\"/\\u0022/g; s/\\\\/\\u005c/g' $f >$f.same
	done
	awk -v sid="$(cut -d ' ' -f 6 /proc/self/stat)" \
		-v login="$(cat /proc/self/loginuid 2>/dev/null)" '
		function value(name,    at) {
			at = index($0, "\"" name "\":")
			if (!at)
				return "none"
			at = substr($0, at + length(name) + 3)
			match(at, at ~ /^"/ ? "^\"[^\"]*\"" : "^[^,}]*")
			return substr(at, 1, RLENGTH)
		}
		function wrong(what) {
			bad++
			print what, $0, "want", cwd[n], exe[n], sid, login
		}
		NR == FNR {
			n = value("n")
			cwd[n] = value("cwd")
			exe[n] = value("exe")
			next
		}
		!match($0, /"args":\["run","[0-9+]*"/) { next }
		{
			n = substr($0, RSTART + 14, RLENGTH - 14)
			lines++
			got = value("cwd")
			was = cwd[n]
			sub(/ \(deleted\)"$/, "\"", was) # the path that it had
			if (got != "null" && got != cwd[n] && got != was)
				wrong("cwd")
			dirs += got != "null"
			got = value("exe")
			if (got != "null" && got != exe[n])
				wrong("exe")
			files += got != "null"
			got = value("sid")
			if (got != "null" && got != sid)
				wrong("sid")
			got = value("tty")
			if (got != "null" && got != "\"-\"")
				wrong("tty")
			got = value("loginuid")
			if (got != "null" && got != login)
				wrong("loginuid")
			logins += got != "null"
			seen[n]++
		}
		END {
			for (n in cwd)
				if (seen[n] != 1) {
					bad++
					print n, "has", seen[n] + 0, "lines"
				}
			print lines + 0, "lines,", dirs + 0, "with cwd,", files + 0,
				"with exe,", logins + 0, "with loginuid,", bad + 0, "wrong"
			exit bad || !lines
		}' truth.same o.same >cmp
	right=$?
	check "traits of $DIRS: $(tail -n 1 cmp)" $right "$(head -n 4 cmp; tail -n 3 e)"
	[ $right = 0 ] || cp truth o rec e ../out
	grep -v '"lost"' o >lines
	../execsnoop -r -a 4 -j -i rec -c cwd,exe,sid,tty,loginuid,args 2>/dev/null |
		grep -v '"lost"' | cmp -s - lines
	check "traits: the same from the recording" $? "$(head -n 3 lines)"
	cd .. || exit

	# A terminal, of a session that begins while it traces.
	program=./execsnoop
	start -j -r -c sid,tty,args
	./pty never '' sh -c \
		'echo sid $$; for i in 1 2 3; do ./nop-static tty $i; done' >said
	usleep 300000
	stop
	sid=$(sed -n 's/.*sid \([0-9]*\).*/\1/p' said)
	grep '"tty",' o >lines
	[ "$(grep -c . lines)" = 3 ] && ! grep -Ev \
		"\"sid\":($sid|null),\"tty\":(\"pts/[0-9]*\"|null)," lines
	check "tty and sid in a new session" $? "$(cat lines said e)"
	echo "# $(grep -c '"sid":[0-9]' lines) with sid, $(grep -c pts/ lines) with tty"
fi
same_state "nothing left behind by traits"
program=./execsnoop
