# The part of guest_tree.sh for -A: a container, with cgroups mounted at /cg.
mkdir /cg/a /cg/a/b
cat >container <<'EOF'
echo 0 >/cg/a/cgroup.procs
unshare -p -f sh -c '
	sh -c "echo 0 >/cg/a/b/cgroup.procs; /bin/sleep 1000; :" &
	/bin/sleep 1000 &
	read line
	sh -c "/bin/sleep 1000; :" &
	wait' <go
EOF
mkfifo go pids
sh container &
container=$!
exec 4>go
# The last sleep in a cgroup, by /proc; and who leads to it in that, by ppid.
last_sleep() { # CGROUP
	for f in $(ls -d /proc/[0-9]* | sort -t / -k 3n); do
		if [ "$(cat $f/comm 2>/dev/null)" = sleep ] &&
			grep -q ":$1\$" $f/cgroup; then
			last=${f#/proc/}
		fi
	done
	echo $last
}
way_to() { # PID
	pid=$1 way=
	while [ "$pid" != 0 ] && cmp -s /proc/$pid/cgroup /proc/$1/cgroup; do
		way="$pid $way"
		pid=$(awk '/^PPid:/ { print $2 }' /proc/$pid/status)
	done
	echo $way
}
ancestors_are() { # NAME PID COUNT
	want=$(way_to "$2")
	./proctree -A "$2" -o json -O drawn.json 2>e
	[ $? = 0 ] && [ "$(echo $want | wc -w)" = "$3" ] &&
		[ "$(awk -f tree.awk -v want=pid drawn.json | xargs)" = "$want" ]
	check "-A: $1" $? "$want, $(cat e drawn.json)"
}
usleep 500000
ancestors_are "a container with a pid namespace" "$(last_sleep /a)" 4
ancestors_are "a cgroup below it" "$(last_sleep /a/b)" 2
ancestors_are "in no container, up to the first process" $$ 2

before_go=$(last_sleep /a)
rm -f e
./proctree -A - <pids >o 2>e &
exec 5>pids
i=0
until grep -q tracing e || [ $i -gt 200 ]; do
	usleep 50000
	i=$((i + 1))
done
echo go >&4
usleep 500000
after_go=$(last_sleep /a)
printf '%s\n%s\n%s\n1000000\nx\n' "$before_go" "$after_go" $$ >&5
usleep 500000
exec 5>&- 4>&-
i=0
until grep -q 'processes, ' e || [ $i -gt 100 ]; do
	usleep 50000
	i=$((i + 1))
done
{ way_to "$before_go"; way_to "$after_go"; way_to $$; echo '?'; echo '?'; } >want
awk '$1 == "PID" { next } NF == 0 { print way; way = ""; next }
	{ way = way (way == "" ? "" : " ") $1 }' o >got
cmp -s want got && [ "$(awk 'NR == 2 { print NF }' got)" = 5 ]
check "-A -: those of before and after it began" $? "$(cat want got o e)"
for p in $(cat /cg/a/cgroup.procs /cg/a/b/cgroup.procs); do
	kill -9 "$p" 2>/dev/null
done
wait $container 2>/dev/null
