#!/usr/bin/env bats
# The static tools.

load helper

static=$TREE/build/static

setup_file()
{
	make -s -C "$TREE" static
}

@test "the static proctree draws what the other one draws" {
	for o in text json svg dot folded perfetto; do
		"$TREE/proctree/proctree" -i "$TREE/examples/build.rec" -o $o \
		    >plain 2>plain.err
		"$static/proctree" -i "$TREE/examples/build.rec" -o $o \
		    >static 2>static.err
		[ -s plain ]
		same plain static
		same plain.err static.err
	done
}

@test "the static tools have the same local time" {
	rec=$TREE/examples/build.rec
	for zone in UTC0 EST5EDT NST3:30NDT CET-1CEST,M3.5.0,M10.5.0/3 \
	    Europe/Berlin :Asia/Kathmandu AEST-10AEDT '<-03>3' nonsense; do
		for boot in 1775000000 1785000000 1795000000; do
			sed "s/^boot .*/boot $boot.000000000/" "$rec" >zone.rec
			TZ=$zone "$EXECSNOOP" -T -i zone.rec >plain
			TZ=$zone "$static/execsnoop" -T -i zone.rec >static
			same plain static
			TZ=$zone "$PROCTREE" -o svg -i zone.rec >plain
			TZ=$zone "$static/proctree" -o svg -i zone.rec >static
			same plain static
		done
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
