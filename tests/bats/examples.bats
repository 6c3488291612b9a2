#!/usr/bin/env bats
# examples/: sessions that read a recording there print what they say.

load helper

# sessions FILE: those with night.rec, but not of names that this machine gives
# to users, as files N.sh and N.txt
sessions()
{
	awk -v n="$(ls ./*.sh 2>/dev/null | wc -l)" '
	/^# .*-i examples\/night.rec/ && !/--by=user/ {
		n++
		print substr($0, 3) >(n ".sh")
		on = 1
		next
	}
	!$0 { on = 0 }
	on { print >(n ".txt") }' "$1"
}

@test "examples/night.rec: cron, ssh, sudo, su, a container" {
	local f

	for f in execsnoop exitsnoop proctree; do
		sessions "$TREE/examples/${f}_example.txt"
		PATH=$TREE/$f:$PATH
	done
	[ -s 5.txt ]
	for f in *.sh; do
		(cd "$TREE" && sh "$OLDPWD/$f") >out 2>/dev/null
		diff -u "${f%.sh}.txt" out
	done
}
