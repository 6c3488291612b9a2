#!/usr/bin/env bats
# -p: a process that runs, its descendants, and who is whose parent.

load helper

setup_file()
{
	build nop sayppid orphan storm
}

# shell N: a shell that does what is written to ./words.N; its pid in $shell
shell()
{
	mkfifo "words.$1"
	sh <"words.$1" >/dev/null 3>&- 9>&- &
	shell=$!
	tools+=("$shell")
	eval "exec 7$1>words.$1"
}

@test "-p: only the process and its descendants, present and future" {
	shell 0
	# A child that is there before, waiting for a word.
	mkfifo go
	echo "(read -r _ <go; '$bin/nop' $tag present; : >done) &" >&70
	until_true grep -q . "/proc/$shell/task/$shell/children"
	start -p "$shell"
	"$bin/nop" "$tag" foreign
	echo >go
	until_true [ -e "done" ]
	echo "'$bin/nop' $tag future
	    sh -c \"sh -c '$bin/nop $tag deep; :'; :\"
	    '$bin/orphan' '$bin/nop' $tag orphan >/dev/null
	    '$bin/storm' -n 100 -j 2 '$bin/nop' $tag
	    : >done2" >&70
	"$bin/nop" "$tag" foreign
	until_true [ -e done2 ]
	nap 0.1
	echo "exec '$bin/nop' $tag self" >&70
	ended "$shell"
	nap 0.1
	"$bin/nop" "$tag" foreign
	stop
	refute grep -q foreign out
	for word in present future deep orphan self; do
		[ "$(lines_of "$bin/nop $tag $word$" | wc -l)" -eq 1 ]
	done
	[ "$(lines_of "$bin/nop $tag [0-9]* a" | wc -l)" -eq 100 ]
	lines_of "$bin/nop $tag self$" | grep -q "^ *$shell  *$$ "
	lines_of "$bin/nop $tag future$" | grep -q " $shell $bin"
	quiet
}

@test "-p: the lines are those of the whole trace" {
	shell 0
	start_as .all
	all=$tool_pid
	start_as .one -p "$shell"
	echo "'$bin/storm' -n 300 -j 3 -t truth '$bin/nop' $tag
	    : >done" >&70
	until_true [ -e "done" ]
	stop
	tool_pid=$all
	stop
	truth_lines "$bin/nop" truth >expected
	for which in one all; do
		lines_of "$bin/nop $tag " "out.$which" | sort >seen
		same expected seen
	done
	quiet err.one
}

@test "-p: a pid that there is not" {
	gone=$(sh -c 'echo $$')
	tool -p "$gone"
	[ "$status" -eq 1 ]
	grep -q "^execsnoop: pid $gone: No such process" err
}

@test "PPID of a process that existed before" {
	shell 0
	start
	echo "exec '$bin/sayppid' $tag 3>said" >&70
	ended "$shell"
	stop
	read -r _ pid ppid <said
	lines_of "$bin/sayppid $tag$" | grep -q "^ *$pid  *$ppid "
}

@test "PPID of a process whose parent is gone: who forked it" {
	start
	"$bin/orphan" "$bin/sayppid" "$tag" 3>said >forked 9>&-
	until_true [ -s said ]
	stop
	read -r pid ppid <forked
	[ "$(cut -d ' ' -f 2 said)" = "$pid" ]
	lines_of "$bin/sayppid $tag$"
	lines_of "$bin/sayppid $tag$" | grep -q "^ *$pid  *$ppid "
}
