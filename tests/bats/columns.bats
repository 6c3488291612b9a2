#!/usr/bin/env bats
# -c, --status, and the names that exitsnoop and forksnoop take, without tracing.

load helper

# snoop TOOL [arguments]
snoop()
{
	try "$TREE/$1/$1" "${@:2}" </dev/null
}

# A shell that forks what ends in each way; what is above it has forged names.
recording()
{
	cat <<-'EOF'
	procsnoop-recording 1
	boot 1700000000.000000000
	armed 10.000000000
	task 1.000000000 1 1 0 =init
	task 2.010000000 50 50 1 =a)<b(
	task 3.000000000 100 100 50 =s\n\x20h
	fork 10.100000000 201 100 0 =s\n\x20h
	fork 10.200000000 202 100 4000 =s\n\x20h
	exec 10.250000000 202 202 2 3 =cc =/usr/bin/cc =cc =-O2
	fork 10.300000000 203 202 0 =cc
	exit 10.350000000 202 1 =cc 256 256 0 0 5000000 4194304 8192 0
	name 10.400000000 203 =renamed
	fork 10.450000000 204 203 0 =renamed
	exec 10.500000000 203 203 1 3 =as =/usr/bin/as =as
	exit 10.600000000 203 1 =as 9 9
	exit 10.700000000 204 1 =renamed 139 139
	exit 10.800000000 201 1 =s\n\x20h 0 0
	fork 10.900000000 205 100 0 =s\n\x20h
	exit 11.000000000 205 1 =s\n\x20h
	end 12.000000000
	EOF
}

# statuses LIST: the PIDs that --status=LIST shows
statuses()
{
	snoop exitsnoop -H -i rec --status="$1"
	[ "$status" -eq 0 ]
	awk '{ printf("%s%s", NR > 1 ? " " : "", $1) }' out
}

@test "-c: in this order, and the last one has no blanks after it" {
	recording >rec
	snoop exitsnoop -c exit,pid,comm -i rec
	diff -u - out <<-'EOF'
	EXIT             PID COMM
	1                202 cc
	SIGKILL          203 as
	SIGSEGV+core     204 renamed
	0                201 s\n\x20h
	?                205 s\n\x20h
	EOF
	snoop execsnoop -H -c path,argc -i rec
	diff -u - out <<-'EOF'
	/usr/bin/cc     2
	/usr/bin/as     1
	EOF
	snoop exitsnoop -H -c pid,maxrss,read -i rec --status 1
	diff -u - out <<<'   202       4096         8'
}

@test "-c +: before a last column of any width, and none twice" {
	recording >rec
	snoop execsnoop -c +pcomm,pid -i rec
	diff -u - out <<-'EOF'
	   PID   PPID PCOMM            ARGS
	   202    100 s\n\x20h         cc -O2
	   203    202 cc               as
	EOF
	snoop forksnoop -c +ptid -i rec
	[ "$(head -n 1 out)" = "   PID   PPID TYPE     PTID COMM" ]
	snoop exitsnoop -c +id -i rec
	[ "$(sed -n 2p out)" = \
	    "   202    100 cc                   0.150000 1             202@10.20" ]
}

@test "ancestors: each with its name then, none forged, also those that ended" {
	recording >rec
	snoop forksnoop -H -c pid,ancestors -i rec
	cat >all <<-'EOF'
	   201 s\n\x20h(100)<a\x29\x3cb\x28(50)<init(1)
	   202 s\n\x20h(100)<a\x29\x3cb\x28(50)<init(1)
	   203 cc(202)<s\n\x20h(100)<a\x29\x3cb\x28(50)<init(1)
	   204 renamed(203)<cc(202)<s\n\x20h(100)<a\x29\x3cb\x28(50)<init(1)
	   205 s\n\x20h(100)<a\x29\x3cb\x28(50)<init(1)
	EOF
	diff -u all out
	snoop exitsnoop -H -c ancestors:2,pid -i rec --status SIGSEGV
	diff -u - out <<<'as(203)<cc(202)<...    204'
	snoop forksnoop -j -c pcomm,ancestors:2 -i rec
	jq -c '[.event, .pcomm, .ancestors]' out | sed -n 4p |
	    diff -u <(echo '["fork","renamed",[{"pid":203,"comm":"renamed"},{"pid":202,"comm":"cc"},null]]') -
	# After a loss a name may be an old one.
	sed '/^name/i lost 10.360000000 5' rec >lossy
	snoop forksnoop -H -c pid,ppid,ancestors -i lossy
	diff -u - <(tail -n 2 out) <<-'EOF'
	   204      ? ?
	   205      ? ?
	EOF
}

@test "-j -c: these members only, each known or null" {
	recording >rec
	snoop exitsnoop -j -c id,ts,age,cpu,by,args -i rec
	[ "$(jq -r 'keys_unsorted | join(",")' out | sort -u)" = \
	    event,id,ts,age,cpu,cpu_min,cpu_max,by,args,args_state ]
	snoop execsnoop -j -c +pcomm -i rec
	[ "$(jq -r 'keys_unsorted | join(",")' out | sort -u)" = \
	    event,ts,time,pid,ppid,comm,path,argc,args,args_state,pcomm ]
}

@test "-c help: every column, and no other, is understood" {
	recording >rec
	for t in execsnoop exitsnoop forksnoop; do
		snoop $t -c help
		[ "$status" -eq 0 ]
		[ "$(wc -l <out)" -gt 8 ]
		refute grep -q '.\{80\}' out
		cut -d ' ' -f 1 out >names
		while read -r name; do
			for form in '' -j; do
				# shellcheck disable=SC2086 # none, or one
				snoop $t $form -c "$name" -i rec
				[ "$status" -eq 0 ]
				refute grep -q '[[:blank:]]$' out
			done
		done <names
		list=$(paste -sd, names)
		snoop $t -c "$list" -i rec
		[ "$status" -eq 0 ]
		snoop $t -j -c "$list" -i rec
		[ "$status" -eq 0 ]
		jq -e .pid out >/dev/null
		for name in $(cat names); do
			sed -n '/^.Ss Columns by/,/^.Ss Esc/s/^\(.It Cm\|niv\)//p' \
			    "$TREE/man/procsnoop.8" | tr , ' ' |
			    grep -Eq "(^| )${name#nivcsw}( |$)"
		done
	done
}

@test "-c: what is wrong" {
	recording >rec
	for wrong in pid,x ret,,pid comm:3 ancestors:0 ancestors:x ancestors: \
	    +nothing; do
		snoop execsnoop -c "$wrong" -i rec
		[ "$status" -eq 2 ]
		grep -q '^execsnoop: -c ' err
		[ ! -s out ]
	done
	snoop forksnoop -c exit -i rec
	[ "$status" -eq 2 ]
}

@test "--status: statuses and signals, in or not" {
	recording >rec
	[ "$(statuses 1 | tail -n 1)" = "202" ]
	[ "$(statuses 0,KILL | tail -n 1)" = "203 201" ]
	[ "$(statuses SIGSEGV,SIGKILL,77 | tail -n 1)" = "203 204" ]
	# What is not known may be any other one.
	[ "$(statuses '!0,!SIGSEGV' | tail -n 1)" = "202 203 205" ]
	[ "$(statuses '1,!0' | tail -n 1)" = "202" ]
	[ "$(statuses 32 | tail -n 1)" = "exitsnoop -H -i rec --status=32: status 0" ]
	for wrong in '' 256 -1 KIL SIG '1,' ',1' '!' '1 ' 'SIGKILL+core'; do
		snoop exitsnoop --status="$wrong" -i rec
		[ "$status" -eq 2 ]
		grep -qF -- "exitsnoop: --status $wrong: 0 to 255" err
	done
}

@test "names, arguments and ancestors select" {
	recording >rec
	snoop exitsnoop -H -c pid -i rec '^(as|renamed)$'
	diff -u - out <<<$'   203\n   204'
	snoop exitsnoop -H -c pid -i rec /bin/cc
	diff -u - out <<<$'   202\n   204' # which was forked by it
	snoop exitsnoop -H -c pid -l '-O2$' -i rec
	diff -u - out <<<$'   202\n   204'
	snoop forksnoop -H -c pid -i rec '^cc$'
	diff -u - out <<<'   203'
	snoop forksnoop -H -c pid --parent '^cc$' -i rec
	diff -u - out <<<'   203'
	snoop forksnoop -H -c pid --ancestor '^cc$' -i rec
	diff -u - out <<<$'   203\n   204'
	snoop execsnoop -H -c pid --ancestor '^init$' --parent 's' as -i rec
	[ ! -s out ]
	snoop forksnoop --parent '(' -i rec
	[ "$status" -eq 2 ]
	grep -q '^forksnoop: --parent (: ' err
	snoop forksnoop -l x -i rec
	[ "$status" -eq 2 ]
}

@test "cwd, exe, tty, sid, loginuid: of the event that follows, escaped" {
	cat >rec <<-'EOF'
	procsnoop-recording 1
	boot 1700000000.000000000
	armed 10.000000000
	task 3.000000000 100 100 1 =sh
	traits 10.100000000 201 =/a\x20b\n\x1bc =/bin/sh =pts/3 =90 =1000
	fork 10.100000000 201 100 0 =sh
	traits 10.200000000 201 - =/a\x20b/run =- =90 -
	exec 10.200000000 201 201 1 3 =run =./run =run
	exit 10.300000000 201 1 =run 0 0
	end 12.000000000
	EOF
	snoop forksnoop -H -c sid,loginuid,tty,exe,cwd -i rec
	diff -u - out <<<'    90     1000 pts/3    /bin/sh                  /a\x20b\n\x1bc'
	snoop execsnoop -j -c cwd,exe,tty,sid,loginuid -i rec
	diff -u - out <<<'{"event":"exec","cwd":null,"exe":"/a b/run","tty":"-","sid":90,"loginuid":null}'
	snoop exitsnoop -H -c cwd,exe,sid -i rec
	diff -u - out <<<'?                        ?                             ?'
}
