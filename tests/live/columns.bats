#!/usr/bin/env bats
# -c: ancestors and names are those of that moment; --parent and --ancestor.

load helper

setup_file()
{
	build family nop forks rename
}

# chains TRUTH: "SERIAL CHAIN" of each process but family itself, up to that:
# pid and name of each ancestor
chains()
{
	awk '
	function name(s) { return kind[s] ~ /exec/ ? "family" : "n" s }
	{ pid[$1] = $2; parent[$1] = $3; kind[$1] = $4 }
	END {
		for (s in pid) {
			chain = ""
			for (p = parent[s]; s != 0 && p != "-"; p = parent[p])
				chain = chain " " name(p) "(" pid[p] ")"
			if (s != 0) print s chain
		}
	}' "$1" | sort
}

# shown ROOT: the same of the JSON lines of exitsnoop on stdin
shown()
{
	jq -r --argjson root "$1" 'select(.event == "exit") |
	    (if .comm == "family" then .args[2] else .comm[1:] end) as $serial |
	    select($serial != "0") | [.ancestors[] | select(. != null)] |
	    .[:(map(.pid) | index($root)) + 1] |
	    "\($serial) \(map("\(.comm)(\(.pid))") | join(" "))"' | sort
}

@test "ancestors: 10,000 processes, pids come again, many orphans" {
	TOOL=$EXITSNOOP
	many 10000
	few_pids
	echo 1000 >"$PID_MAX"
	tool -j -w rec -c pid,comm,ancestors,args -- \
	    "$bin/family" -n "$many" -t truth
	many_pids
	[ "$status" -eq 0 ]
	cat err
	chains truth >expected
	grep -q orphan truth
	root=$(awk '$1 == 0 { print $2 }' truth)
	grep -v "^{.*\"lost\"" out | grep '"args":\[' >lines
	shown "$root" <lines >chains
	# What outlives family has no line.
	[ "$(wc -l <chains)" -gt $((many * 9 / 10)) ]
	[ -z "$(comm -13 expected chains | head -n 5 | tee /dev/stderr)" ]
	"$TOOL" -i rec -j -c pid,comm,ancestors,args 2>/dev/null |
	    grep '"args":\[' | shown "$root" >again
	same chains again
}

@test "ancestors: up to PID 1, each with its name" {
	start -c pid,pcomm,ancestors
	"$bin/nop"
	nop=$!
	stop
	up=$$ expected=
	while [ "$up" -gt 0 ]; do
		name=$(sed 's/[<()]/?/g; s/[^ -~]/?/g; s/ /?x20/g' /proc/$up/comm)
		expected+="<$name($up)"
		up=$(awk '/^PPid/ { print $2 }' /proc/$up/status)
	done
	line=$(grep -F "${expected#<}" <(sed 's/\\x[0-9a-f][0-9a-f]/?/g' out) | head -n 1)
	echo "expected ${expected#<}"
	[ -n "$line" ]
	: "$nop"
}

@test "pcomm: the name that a parent has given itself, and after an exec" {
	tool -w rec -c comm,pcomm,args -- "$bin/rename" "$bin/nop" "$tag"
	[ "$status" -eq 0 ]
	grep ^nop out >shown
	printf '%-16s %-16s %s\n' nop rename "$bin/nop $tag" \
	    nop 'a\x20new\x20name' "$bin/nop $tag" \
	    nop 'evil)<init(1' "$bin/nop $tag" >expected
	same expected shown
	"$TOOL" -i rec -c comm,pcomm,args | grep ^nop >again
	same expected again
	"$TOOL" -i rec -c ancestors:1,args |
	    sed -n "s,([0-9]*)<... $bin/nop .*,,p" >forged
	printf '%s\n' rename 'a\x20new\x20name' 'evil\x29\x3cinit\x281' |
	    same - forged
}

@test "--parent, --ancestor: only what such a process started" {
	cp "$bin/nop" "$bin/$tag"
	# shellcheck disable=SC2016 # for sh
	printf '%s\n' '#!/bin/sh' '"$@"; :' >runner
	chmod +x runner
	tool --ancestor '^runner$' -- sh -c './runner sh -c '"'$bin/$tag; :'"'; '"'$bin/$tag'; :"
	[ "$(grep -c "$bin/$tag" out)" -eq 2 ] # the sh -c, and what it runs
	tool --parent '^runner$' -- sh -c './runner sh -c '"'$bin/$tag; :'"'; '"'$bin/$tag'; :"
	[ "$(grep -c "$bin/$tag" out)" -eq 1 ]
	tool --parent 'nothing' -- "$bin/nop"
	[ "$(wc -l <out)" -eq 1 ]
}

@test "id: lines of different tools, at the same time, can be joined" {
	start -j -c id,args
	"$EXITSNOOP" -j -c id,comm >exits 2>/dev/null 3>&- 9>&- &
	exits=$!
	until_true grep -q tracing err
	nap 1
	for i in {1..300}; do
		"$bin/nop" "$tag"
	done
	nap 0.5
	kill -INT "$exits"
	wait "$exits"
	stop
	grep "$tag" out | jq -r .id | sort >a
	jq -r 'select(.comm == "nop") | .id' exits | sort >b
	[ "$(wc -l <a)" -eq 300 ]
	[ "$(sort -u a | wc -l)" -eq 300 ]
	[ "$(comm -12 a b | wc -l)" -ge 295 ]
}

@test "without -c nothing of it is traced" {
	TOOL=$FORKSNOOP
	start
	refute grep -q task_rename "$TRACEFS"/instances/forksnoop-"$tool_pid"-*/set_event
	stop
	start -c +pcomm
	grep -q task_rename "$TRACEFS"/instances/forksnoop-"$tool_pid"-*/set_event
	stop
}
