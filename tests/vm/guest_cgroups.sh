# The part of guest.sh for -g: cgroup v2 at /cg, a hierarchy of v1 at /cg1.
N=${CGROUPS:-100}
program=./execsnoop
mkdir -p /cg /cg1
cgroup() { # DIR COMMAND...: as docker exec does
	sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$@"
}
count() { grep -c "nop-static $1 [0-9]" o; }
resident() { # DIR: a process that stays there
	sh -c 'echo $$ >"$0/cgroup.procs"; exec /bin/sleep 1000' "$1" &
	residents="$residents $!"
	usleep 200000
}
residents=
[ -e go ] || mkfifo go

# cgroup2 since 4.5, and moves are reported since 4.9.
if [ ! -e $T/events/cgroup/cgroup_attach_task ]; then
	skip "-g" "no cgroup_attach_task"
elif mount -t cgroup2 none /cg 2>/dev/null; then
	mkdir /cg/a /cg/b
	resident /cg/a
	start -v -g /a
	i=0
	while [ $i -lt $N ]; do
		cgroup /cg/a ./nop-static in $i
		cgroup /cg/b ./nop-static out $i
		./nop-static beside $i
		cgroup /cg/a unshare sh -c './nop-static below $0; :' $i
		i=$((i + 1))
	done
	usleep 300000
	stop
	check "-g: the status" $status "$(cat e)"
	grep -q 'cgroups: v2, moves by cgroup_attach_task' e
	check "-g: cgroup v2" $? "$(cat e)"
	[ "$(count in) $(count below)" = "$N $N" ]
	check "-g: all of a container" $? "$(count in) $(count below) of $N: $(cat e)"
	[ "$(count out) $(count beside)" = "0 0" ]
	check "-g: none of another" $? "$(cat o)"
	kill $residents
	wait $residents
	residents=
	rmdir /cg/a /cg/b
	umount /cg
else
	skip "-g of v2" "no cgroup2"
fi

# Without a controller there is always room for a hierarchy of v1. Before 5.13 a
# rename may put a newline into a name.
if mount -t cgroup -o none,name=systemd none /cg1 2>/dev/null; then
	mkdir /cg1/a /cg1/b
	resident /cg1/a
	start -v -g /a
	cgroup /cg1/a ./nop-static in 1
	cgroup /cg1/b ./nop-static out 1
	usleep 300000
	stop
	grep -q 'cgroups: name=systemd, ' e
	check "-g: v1" $? "$(cat e)"
	[ "$(count in) $(count out)" = "1 0" ]
	check "-g of v1: one container" $? "$(cat o e)"
	line='x
0::'
	if mv /cg1/b "/cg1/$line" 2>/dev/null; then
		mkdir "/cg1/$line/a"
		sh -c 'echo $$ >"$0/cgroup.procs"; read -r line; exec ./nop-static old 1' \
			"/cg1/$line/a" <go &
		exec 4>go
		usleep 200000
		start -v -g /a -w w
		cgroup "/cg1/$line/a" ./nop-static forged 1
		cgroup /cg1/a ./nop-static in 2
		echo >&4
		exec 4>&-
		usleep 300000
		stop
		[ "$(count in) $(count forged) $(count old)" = "1 0 0" ]
		check "a newline in a name" $? "$(cat o e)"
		grep -q '^cgroup .* =/x\\n0::/a$' w
		check "it is recorded as one word" $? "$(grep ^cgroup w)"
		refused=$(./execsnoop -r -H -i w -g /x 2>/dev/null)
		[ -z "$refused" ]
		check "the rest of it is no other path" $? "$refused"
	else
		skip "a newline in a name" "not permitted"
	fi
	kill $residents
	wait $residents
	umount /cg1
else
	skip "-g of v1" "no such hierarchy"
fi
