#!/usr/bin/env bats
# cwd, exe, sid, tty, loginuid: what each program has when it begins
# (tests/prog/dirs.c), or not known; a recording says the same.

load helper

setup_file()
{
	build dirs-static nop
}

# compare FILE: prints what lines of execsnoop -j -c cwd,exe,args have of ours
# that is not true; and how many values are known, on standard error. A
# directory that was removed since has the path that it had.
compare()
{
	jq -s -r --slurpfile truth truth '
	    ($truth | map({ key: .n, value: . }) | from_entries) as $is |
	    map(select(.args[0] == "run" and .args[1] and $is[.args[1]])) |
	    (map(select(.cwd and
		.cwd != ($is[.args[1]].cwd | sub(" \\(deleted\\)$"; "")) and
		.cwd != $is[.args[1]].cwd)),
	    map(select(.exe and .exe != $is[.args[1]].exe))) |
	    .[] | "wrong: \(.) but \($is[.args[1]])"' "$1"
	jq -s -r 'map(select(.args[0] == "run")) |
	    "\(length) lines, \(map(select(.cwd)) | length) with cwd, \(
	    map(select(.exe)) | length) with exe"' "$1" >&2
}

@test "cwd and exe of 1,000 relative execs between chdir and fchdir, or unknown" {
	many 1000
	mkdir d
	cp "$bin/dirs-static" d/run
	cd d
	tool -r -a 4 -j -w rec -c cwd,exe,args -- \
	    ./run -n "$many" truth
	cat err
	[ "$status" -eq 0 ]
	grep -v '"lost"' out >lines
	compare lines >wrong
	head -n 5 wrong
	[ ! -s wrong ]
	# Some of what lives long enough to be looked up is known.
	[ "$(jq -s 'map(select(.args[0] == "run" and .cwd)) | length' lines)" -gt 0 ]
	[ "$(jq -s 'map(select(.args[0] == "run" and .exe)) | length' lines)" -gt 0 ]
	"$TOOL" -i rec -r -a 4 -j -c cwd,exe,args 2>err | grep -v '"lost"' >again
	same lines again
}
