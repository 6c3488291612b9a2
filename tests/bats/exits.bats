#!/usr/bin/env bats
# exitsnoop and forksnoop without tracing: recordings and kernel text.

load helper

# snoop TOOL [arguments]: from stdin too
snoop()
{
	try "$TREE/$1/$1" "${@:2}"
}

# at COMM PID TIME TEXT: a line of kernel text
at()
{
	printf '%16s-%-7d [000] ..... %12s: %s\n' "$@"
}

# born PARENT PID TIME FLAGS
born()
{
	at sh "$1" "$3" "task_newtask: pid=$2 comm=sh clone_flags=$4 oom_score_adj=0"
}

# died PID TIME COMM
died()
{
	at "$3" "$1" "$2" "sched_process_exit: comm=$3 pid=$1 prio=120"
}

kernel_text()
{
	echo '# tracer: nop'
	born 99 100 0.900000 1200000
	born 100 101 1.000000 1200000
	at sh 101 1.100000 'exit: (do_exit+0x0/0xab0) code=768'
	died 101 1.100010 three
	born 100 102 1.200000 4111
	at sh 100 1.200100 'signal_generate: sig=9 errno=0 code=0 comm=x pid=1 grp=1 r pid=102 grp=1 res=0'
	at sh 102 1.200200 'signal_deliver: sig=9 errno=0 code=0 sa_handler=0 sa_flags=0'
	died 102 1.200300 killed
	born 100 103 1.300000 1200000
	born 103 104 1.300100 3d0f00
	at sh 104 1.300200 'sys_exit(error_code: 0)'
	died 104 1.300300 worker
	at sh 103 1.300400 'sys_exit_group(error_code: 2a)'
	died 103 1.300500 'two threads'
	born 100 105 1.400000 1200000
	died 105 1.400100 silent
	born 100 106 1.500000 1200000
	at sh 106 1.500100 'signal_deliver: sig=11 errno=0 code=1 sa_handler=0 sa_flags=0'
	died 106 1.500200 fault
	born 100 107 1.600000 1200000
	at sh 100 1.600100 'signal_generate: sig=15 errno=0 code=0 comm=sh pid=107 grp=1 res=0'
	at sh 107 1.600200 'signal_deliver: sig=15 errno=0 code=0 sa_handler=55d4cd65be40 sa_flags=4000000'
	at sh 107 1.600300 'sys_exit_group(error_code: 0xff)'
	died 107 1.600400 trap
}

@test "exitsnoop: statuses of kernel text" {
	kernel_text >text
	snoop exitsnoop -i text
	wrote_only <<-'END'
	   PID   PPID COMM                   AGE(s) EXIT
	   101    100 three                0.100010 3
	   102    100 killed               0.000300 SIGKILL
	   103    100 two\x20threads       0.000500 42
	   105    100 silent               0.000100 ?
	   106    100 fault                0.000200 SIGSEGV+core?
	   107    100 trap                 0.000400 255
	END
	snoop exitsnoop -j -x -p 106 -i - <text
	wrote_only <<-'END'
	{"event":"exit","ts":1.500200,"pid":106,"ppid":100,"comm":"fault","age":0.000200,"exit":null,"signal":"SIGSEGV","core":null,"by":null}
	END
	snoop execsnoop -H -i text
	wrote_only </dev/null
}

@test "exitsnoop: a text of 6.1 has the statuses of the workload" {
	snoop exitsnoop -H -i "$TREE/tests/data/text/6.1.txt"
	awk '{ s[$1] = $NF } END { for (p in s) print p, s[p] }' out | sort >got
	sed -n 's/^\(.*\) pid=\([0-9]*\) exit=\(.*\)/\1 \2 \3/p
	    s/^\(.*\) pid=\([0-9]*\) signal=9 .*/\1 \2 SIGKILL/p
	    s/^\(.*\) pid=\([0-9]*\) signal=11 .*/\1 \2 SIGSEGV/p' \
	    "$TREE/tests/data/text/6.1-workload.txt" |
	    sed '/^comm-hostile/d; s/.* \(.* .*\)/\1/' | sort >want
	[ "$(wc -l <want)" -eq 31 ]
	[ -z "$(comm -13 got want)" ]
}

@test "forksnoop: kernel text" {
	kernel_text >text
	snoop forksnoop -L -i text
	wrote_only <<-'END'
	   PID    TID   PPID TYPE   COMM
	   100    100    99? fork   sh
	   101    101    100 fork   sh
	   102    102    100 vfork  sh
	   103    103    100 fork   sh
	   103    104    100 thread sh
	   105    105    100 fork   sh
	   106    106    100 fork   sh
	   107    107    100 fork   sh
	END
	snoop forksnoop -jL -i text
	grep '"tid"' out | diff -u - <(echo '{"event":"fork","ts":1.300100,"pid":103,"ppid":100,"tid":104,"comm":"sh","type":"thread"}')
}

recording()
{
	cat <<-'END'
	procsnoop-recording 1
	boot 1795215622.000000000
	armed 1.000000000
	task 0.310000000 50 50 1 =sh 3 3 =/bin/sh =sh =-c =a\x20b
	task 0.320000000 51 50 1 =sh
	exit 0.900000000 51 0 =sh 0 -
	fork 1.000000000 100 50 0 =sh
	exec 1.000500000 100 100 2 3 =one =/bin/one =one =1
	fork 1.001000000 101 100 10f00 =one
	exit 1.002000000 101 0 =wor\x0aker 256 - 1000000 0 0 1024000 4096 0 1000000 1050000 1500000 200000 1 2 3 4 5 6
	exit 1.003500000 100 1 =one 768 768 3000000 1000000 8000000 2048000 4096 1024 8000000 8050000 9000000 300000 - - - 7 8 9
	fork 1.100000000 102 50 0 =sh
	exit 1.200000000 102 1 =two 9 9
	fork 1.300000000 103 50 0 =sh
	exit 1.400000000 103 1 =three - -
	fork 1.500000000 104 50 0 =sh
	exit 1.600000000 104 1 =four 65547 65547
	fork 1.700000000 105 50 0 =sh
	exit 1.800000000 105 1 =five
	fork 1.810000000 106 50 0 =sh
	exit 1.820000000 106 1 =six 0 0
	exit 1.900000000 50 1 =sh 139 139
	exit 1.910000000 60 1 =nobody 0 0
	end 2.000000000
	END
}

@test "exitsnoop: a recording, -H, -t, -x" {
	recording >rec
	snoop exitsnoop -i rec
	wrote <<-'END'
	   PID   PPID COMM                   AGE(s) EXIT
	   100     50 one                  0.003500 3
	   102     50 two                  0.100000 SIGKILL
	   103     50 three                0.100000 ?
	   104     50 four                 0.100000 SIGSEGV+core?
	   105     50 five                 0.100000 ?
	   106     50 six                  0.010000 0
	    50      1 sh                       1.59 SIGSEGV+core
	END
	grep -qx 'exitsnoop: 1 exit not shown: .*' err
	snoop exitsnoop -Htx -i rec
	[ "$(wc -l <out)" -eq 6 ]
	head -n 1 out | grep -qx \
	    '1.003500            100     50 one                  0.003500 3             -'
	refute grep -q six out
}

# What 0.3 has: who sent the signal.
killed()
{
	cat <<-'END'
	procsnoop-recording 1
	armed 1.000000000
	task 0.310000000 50 50 1 =sh 3 3 =/bin/sh =sh =-c =a
	fork 1.100000000 101 50 0 =sh
	exit 1.200000000 101 1 =one 9 9 user 812 =cleanup.sh
	fork 1.300000000 102 50 0 =sh
	fork 1.310000000 103 102 10f00 =sh
	exit 1.400000000 103 0 =worker 15 - user 4194303 =a\x20b],[\x0a
	exit 1.400000000 102 1 =two 15 15 1000000 1000000 8000000 2048000 4096 1024 8000000 8050000 9000000 300000 - - - 7 8 9 user 4194303 =a\x20b],[\x0a
	fork 1.500000000 104 50 0 =sh
	exit 1.600000000 104 1 =three 139 139 kernel 0 =
	fork 1.700000000 105 50 0 =sh
	exit 1.800000000 105 1 =four 9 9 oom 0 =
	fork 1.810000000 106 50 0 =sh
	exit 1.820000000 106 1 =five 134 134 self 106 =five
	fork 1.830000000 107 50 0 =sh
	exit 1.840000000 107 1 =six 9 9
	fork 1.850000000 108 50 0 =sh
	exit 1.860000000 108 1 =seven 35072 35072
	fork 1.870000000 109 50 0 =sh
	exit 1.880000000 109 1 =eight - -
	end 2.000000000
	END
}

@test "exitsnoop: -x: by whom a process was killed" {
	killed >rec
	snoop exitsnoop -xL -i rec
	wrote_only <<-'END'
	   PID    TID   PPID COMM                   AGE(s) EXIT          BY
	   101    101     50 one                  0.100000 SIGKILL       812 cleanup.sh
	   102    103     50 worker               0.090000 SIGTERM       4194303 a\x20b],[\n
	   102    102     50 two                  0.100000 SIGTERM       4194303 a\x20b],[\n
	   104    104     50 three                0.100000 SIGSEGV+core  kernel
	   105    105     50 four                 0.100000 SIGKILL       OOM killer
	   106    106     50 five                 0.010000 SIGABRT+core  itself
	   107    107     50 six                  0.010000 SIGKILL       ?
	   108    108     50 seven                0.010000 137           -
	   109    109     50 eight                0.010000 ?             ?
	END
	snoop exitsnoop -xa -p 101 -i rec
	wrote_only <<-'END'
	   PID   PPID COMM                   AGE(s) EXIT          BY                      ARGS
	   101     50 one                  0.100000 SIGKILL       812 cleanup.sh          sh -c a
	END
	snoop exitsnoop -j -i rec
	jq -c '.by' out >by
	diff - by <<-'END'
	{"pid":812,"comm":"cleanup.sh","why":"user"}
	{"pid":4194303,"comm":"a b],[\n","why":"user"}
	{"pid":null,"comm":null,"why":"kernel"}
	{"pid":null,"comm":null,"why":"oom"}
	{"pid":106,"comm":"five","why":"self"}
	null
	null
	null
	END
}

@test "proctree: by whom a process was killed, in a note and in JSON" {
	killed >rec
	{
		sed '$d' rec
		printf '%s\n' 'fork 1.900000000 110 50 0 =sh' \
		    'exec 1.910000000 110 110 2 3 =x =/x =x =[by\x20812\x20cleanup.sh]' \
		    'fork 1.920000000 111 50 0 =sh' \
		    'exec 1.930000000 111 111 3 3 =x =/x =x =[lost,by =the\x20kernel]' \
		    'fork 1.940000000 112 50 0 =sh' \
		    'exec 1.950000000 112 112 2 3 =x =/x =[by =y]' \
		    'fork 1.960000000 113 50 0 =sh' \
		    'exec 1.970000000 113 113 3 3 =x =/x =x =[bye] =[byte\x20x]' \
		    'end 2.000000000'
	} >forged
	LC_ALL=C snoop proctree -H -i forged
	sed -n 's/^ *\(1[0-9][0-9]\) .*[|`]- /\1 /p' out >notes
	diff - notes <<-'END'
	101 sh -c a [by 812 cleanup.sh]
	102 {2} sh -c a [by 4194303 a\x20b\x5d\x2c\x5b\n]
	104 sh -c a [by the kernel]
	105 sh -c a [by the OOM killer]
	106 sh -c a [by itself]
	107 sh -c a
	108 sh -c a
	109 sh -c a
	110 x \x5bby 812 cleanup.sh]
	111 x \x5blost,by the kernel]
	112 \x5bby y]
	113 x [bye] [byte x]
	END
	snoop proctree -j -i rec
	jq -c '.processes[].by' out >by
	[ "$(sort by | uniq -c | awk '{ print $1 }' | tr '\n' ' ')" = "4 1 1 1 1 1 " ]
}

@test "exitsnoop: -L, -R, -a" {
	recording >rec
	snoop exitsnoop -HL -p 100 -i rec
	wrote_only <<-'END'
	   100    101     50 wor\nker             0.001000 1
	   100    100     50 one                  0.003500 3
	END
	snoop exitsnoop -R -p 100 -i rec
	wrote_only <<-'END'
	   PID   PPID COMM                   AGE(s) EXIT              CPU(s)    USER(s)     SYS(s)    WAIT(s) MAXRSS(KB)  READ(KB) WRITE(KB)
	   100     50 one                  0.003500 3               0.009000   0.007200   0.001800   0.000500       2000         8         1
	END
	snoop exitsnoop -Ra -p 102 -i rec
	wrote_only <<-'END'
	   PID   PPID COMM                   AGE(s) EXIT              CPU(s)    USER(s)     SYS(s)    WAIT(s) MAXRSS(KB)  READ(KB) WRITE(KB) ARGS
	   102     50 two                  0.100000 SIGKILL                ?          ?          ?          ?          ?         ?         ? sh -c a b
	END
	snoop exitsnoop -Haq -p 102 -i rec
	grep -qx "   102     50 two                  0.100000 SIGKILL       sh -c 'a b'" out
}

@test "exitsnoop: -j" {
	recording >rec
	snoop exitsnoop -jLRa -p 100 -i rec
	wrote_only <<-'END'
	{"event":"exit","ts":1.002000,"time":"2026-11-20T23:00:23.002000+0000","pid":100,"ppid":50,"tid":101,"comm":"wor\u000aker","age":0.001000,"exit":1,"signal":null,"core":false,"by":null,"cpu":0.001000,"cpu_min":null,"cpu_max":0.001050,"utime":0.001000,"stime":0.000000,"wait":0.000200,"blocked":0.000300,"blkio":0.000000,"swap":0.000000,"reclaim":0.000000,"nvcsw":4,"nivcsw":5,"majflt":6,"maxrss":1024000,"read":4096,"write":0}
	{"event":"exit","ts":1.003500,"time":"2026-11-20T23:00:23.003500+0000","pid":100,"ppid":50,"comm":"one","age":0.003500,"exit":3,"signal":null,"core":false,"by":null,"cpu":0.009000,"cpu_min":0.008000,"cpu_max":0.009100,"utime":0.007200,"stime":0.001800,"wait":0.000500,"blocked":0.001000,"blkio":null,"swap":null,"reclaim":null,"nvcsw":11,"nivcsw":13,"majflt":15,"maxrss":2048000,"read":8192,"write":1024,"path":"/bin/one","argc":2,"args":["one","1"],"args_state":"all"}
	END
	snoop exitsnoop -j -i rec
	jq -r '[.pid, .exit // .signal, .core] | @tsv' out |
	    diff -u - <(printf '%s\t%s\t%s\n' 100 3 false 102 SIGKILL false \
	    103 '' '' 104 SIGSEGV '' 105 '' '' 106 0 false 50 SIGSEGV true)
	grep -q '"pid":50,.*"age":1.59,' out
}

@test "forksnoop: a recording" {
	recording >rec
	snoop forksnoop -tL -p 50 -i rec
	head -n 3 out | diff -u - <(cat <<-'END'
	TIMEs               PID    TID   PPID TYPE   COMM
	1.000000            100    100     50 fork   sh
	1.001000            100    101     50 thread one
	END
	)
	[ "$(wc -l <out)" -eq 8 ]
}

@test "exitsnoop, forksnoop: usage" {
	for t in exitsnoop forksnoop; do
		for o in -Q -i '-p 0' 'one two' '-i x -- true'; do
			snoop $t $o
			[ "$status" -eq 2 ]
			[ ! -s out ]
			head -n 1 err | grep -q "^$t: "
			sed -n 2p err | grep -q "^usage: $t \["
		done
		snoop $t -h
		[ "$status" -eq 0 ]
		refute grep -q '.\{81\}' out
		snoop $t -i /nonexistent
		[ "$status" -eq 1 ]
	done
	snoop forksnoop -R -i x
	grep -qx 'forksnoop: unknown option -R' err
}

@test "a program executed before a recording began: [proc], as in the trace" {
	cat >rec <<-EOF
	procsnoop-recording 1
	armed 5.000000000
	task 1.000000000 1 1 0 =init 1 2 - =init
	task 2.000000000 10 10 1 =a 2 2 =/bin/a =a =1
	task 2.000000000 11 11 1 =b 2 3 =/bin/b =b =2
	task 2.000000000 12 12 1 =c 2 2 - =c =3
	exit 6.000000000 10 1 =a 0 0
	exit 6.000000001 11 1 =b 0 0
	exit 6.000000002 12 1 =c 0 0
	end 7.000000000
	EOF
	snoop exitsnoop -H -c args -i rec
	printf '%s\n' 'a 1 [proc]' 'b 2' 'c 3' | cmp - out
	snoop proctree -H -i rec
	grep -q ' a 1 \[proc\]$' out
	grep -q ' b 2$' out
	grep -q ' c 3$' out
}
