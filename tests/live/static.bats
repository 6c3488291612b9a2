#!/usr/bin/env bats
# The static tools, and proctree, which is packed.

load helper

static=$TREE/build/static

setup_file()
{
	build mdwe
	make -s -C "$TREE" static
}

@test "the packed proctree draws what the plain one draws" {
	[ "$(wc -c <"$static/proctree")" -lt 102400 ]
	for o in text json svg dot folded perfetto; do
		"$TREE/proctree/proctree" -i "$TREE/examples/build.rec" -o $o \
		    >plain 2>plain.err
		"$static/proctree" -i "$TREE/examples/build.rec" -o $o \
		    >packed 2>packed.err
		[ -s plain ]
		same plain packed
		same plain.err packed.err
	done
}

@test "each traces a command" {
	for t in execsnoop exitsnoop forksnoop proctree; do
		"$static/$t" -- sh -c ': "$0"; /bin/true' "$tag" >out 2>err
		grep -q /bin/true out || [ $t != execsnoop ]
		[ "$(wc -l <out)" -gt 1 ]
	done
	grep -q "$tag" out
}

@test "where nothing may run what it wrote, packed says so" {
	# What is mapped has no room.
	run bash -c "ulimit -v 2000; exec '$static/proctree' -V"
	[ "$status" -eq 1 ]
	[[ $output == "proctree: cannot unpack itself: "*"make static PACKED="* ]]
	# It may be written, but not run.
	run "$bin/mdwe" "$static/proctree" -V
	[ "$status" -eq 1 ]
	[[ $output == "proctree: cannot unpack itself: "* ]]
	# It is not the machine.
	run "$bin/mdwe" "$static/execsnoop" -V
	[ "$status" -eq 0 ]
}
