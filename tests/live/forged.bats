#!/usr/bin/env bats
# What is watched can neither forge its arguments nor hide an exec.

load helper

setup_file()
{
	build forge forge-static hide liar-static nop nop-static swap
	# shellcheck disable=SC2086 # words
	${STATIC_CC/-static/-static-pie} -O2 -std=c11 -D_GNU_SOURCE \
	    -o "$bin/forge-pie" "$TREE/tests/prog/forge.c"
}

# The loader of a dynamic program.
loader()
{
	ldd "$bin/nop" | grep -o '/[^ ]*ld-[^ ]*' | head -n 1
}

# nothing_forged: and what ./ran counts has its records, none twice
nothing_forged()
{
	refute grep -a '"forged"' out
	jq -r --arg tag "$tag" 'select(.event == "exec" and
	    (.path // "" | contains($tag))) | .pid' out | sort >seen
	echo "$(wc -l <seen) of $(wc -l <ran)"
	[ "$(sort -u seen | wc -l)" -eq "$(wc -l <ran)" ]
	[ -z "$(uniq -d seen)" ]
}

# forge COMMAND...: as root, and as another user
forge()
{
	"$@" 3>&- 9>&- || :
	# shellcheck disable=SC2086 # words
	$NOBODY unshare -Ur "$@" 3>&- 9>&- || :
}

# run_new FILE WORD...: a copy of FILE, so that its entry is not known yet
run_new()
{
	local new=$PWD/$tag-$((++news))

	cp "$1" "$new"
	shift
	forge "$new" "$@"
	printf '%s\n' "$new" "$new" >>ran
}

@test "a static program that jumps to the loader" {
	ld=$(loader)
	open_to_all
	: >ran
	start -r -j -a 100
	for i in 1 2 3 4 5; do
		for f in static pie; do
			run_new "$bin/forge-$f" "$ld"
			run_new "$bin/forge-$f" -d 20 "$ld" b c
			run_new "$bin/forge-$f" -d 60 -n 3 "$ld" b c
		done
	done
	# An interpreter, whose arguments the kernel makes.
	cp "$bin/forge-static" interpreter
	echo "#!$PWD/interpreter $ld" >"$tag-script"
	chmod +x "$tag-script"
	forge "./$tag-script"
	printf '%s\n' script script >>ran
	stop
	nothing_forged
}

@test "a dynamic program that jumps to its loader again" {
	ld=$(loader)
	long=$(printf '%4090s' x)
	open_to_all
	: >ran
	start -r -j -a 100
	for i in 1 2 3 4 5; do
		run_new "$bin/forge" "$ld" "$tag"
		run_new "$bin/forge" "$ld" "$long"
		run_new "$bin/forge" -d 20 "$ld" "$long" c
		run_new "$bin/forge" -n 2 "$ld" "$long" c
	done
	stop
	nothing_forged
	[ "$(jq -r --arg tag "$tag" 'select(.args[2] == $tag) | .args_state' \
	    out | grep -cx all)" -eq 10 ]
}

@test "a static program that jumps to its own entry" {
	ld=$(loader)
	long=$(printf '%4090s' x)
	open_to_all
	: >ran
	cp "$bin/forge-static" "$tag"
	start -r -j -a 100
	for i in 1 2 3 4 5 6 7 8 9 10; do
		forge "./$tag" -o "$ld"
		forge "./$tag" -o "$ld" "$long"
		printf '%s\n' 1 2 3 4 >>ran
	done
	stop
	nothing_forged
}

@test "a static program that overwrites its arguments is marked" {
	open_to_all
	start -r
	for i in 1 2 3 4 5; do
		cp "$bin/liar-static" "$tag-$i"
		forge "./$tag-$i" first second
	done
	stop
	grep -av -e ' cp ' -e setpriv -e unshare out |
	    grep -a -e "$tag-" -e LLLL >seen
	cat seen
	[ "$(wc -l <seen)" -eq 10 ]
	refute grep -ave ' \[proc\]$' -e ' \[?\]$' \
	    -e "^ *[0-9]* *[0-9]* ./$tag-[0-9]* first second\$" seen
}

# hidden PROGRAM: traced by execsnoop, exitsnoop and proctree at a time
hidden()
{
	local t

	open_to_all
	start -j
	for t in exitsnoop proctree; do
		case $t in
		exitsnoop) TOOL=$EXITSNOOP start_as ".$t" -j -a ;;
		proctree) TOOL=$PROCTREE start_as ".$t" -j ;;
		esac
	done
	# shellcheck disable=SC2086 # words
	pid=$($NOBODY "$bin/hide" "$1" "$tag" 3>&- 9>&-)
	for t in "${tools[@]}"; do
		kill -INT "$t"
		ended "$t"
	done
	jq -c --argjson pid "$pid" 'select(.event == "exec" and .pid == $pid) |
	    [.path, .args]' out >exec
	jq -c --argjson pid "$pid" 'select(.pid == $pid) |
	    [.path, .args]' out.exitsnoop >exit
	jq -c --argjson pid "$pid" '.processes[] | select(.pid == $pid) |
	    [.path, .args]' out.proctree >tree
	head exec exit tree
}

@test "an exec that no event of its own shows" {
	hidden "$bin/nop"
	for f in exec exit tree; do
		[ "$(<"$f")" = "[null,[\"$bin/nop\",\"$tag\"]]" ]
	done
	tools=()
	hidden "$bin/nop-static"
	for f in exec exit tree; do
		[ "$(wc -l <"$f")" -eq 1 ]
		grep -Fx -e '[null,[]]' \
		    -e "[null,[\"$bin/nop-static\",\"$tag\"]]" "$f"
	done
}

@test "a failed exec that was never tried that way" {
	open_to_all
	start -j -x
	for how in pointers memory none; do
		# shellcheck disable=SC2086 # words
		$NOBODY "$bin/swap" $how 3>&- 9>&- >>"pids.$how"
	done
	stop
	refute grep -a forged out
	for how in pointers memory; do
		jq -c --argjson pid "$(<"pids.$how")" 'select(.pid == $pid and
		    .ret != 0) | [.path, .ret]' out >seen
		cat seen
		grep -Fx -e '["/nonexistent/true","ENOENT"]' \
		    -e '[null,"ENOENT"]' seen
	done
	[ -z "$(jq --argjson pid "$(<pids.none)" 'select(.pid == $pid and
	    .ret != 0)' out)" ]
}
