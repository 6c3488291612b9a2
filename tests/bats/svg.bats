#!/usr/bin/env bats
# proctree -o svg, in a browser.

# Pictures of each state are left in build/svg.
@test "svg: seen and used in a browser" {
	local shots=$BATS_TEST_DIRNAME/../../build/svg

	mkdir -p "$shots"
	export SHOTS=${SHOTS:-$shots}
	run "$BATS_TEST_DIRNAME/../browser/check"
	echo "$output" | grep -v '^ok'
	[ "$status" -eq 0 ]
}

# A change of the timeline is a change of these.
@test "svg: the pictures in examples are what make pictures draws" {
	local tree=$BATS_TEST_DIRNAME/../..

	cd "$tree"
	for i in configure cron short; do
		TZ=UTC0 proctree/proctree -i examples/$i.rec -o svg |
		    sed '/<script/,/<\/script>/d' | cmp - examples/$i.svg
		[ "$(wc -c <examples/$i.svg)" -lt 150000 ]
		grep -q "^In $i.svg\|^$i.svg " examples/proctree_example.txt
	done
	grep -q '(examples/short.svg)$' README.md
}

# The sources, without what embed.awk leaves out.
plain()
{
	sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//; /^$/d; /^\/\*.*\*\/$/d
		/^\/\*/,/\*\/$/d' "$@"
}

@test "svg: the file has the style sheet and the script as they are" {
	local tree=$BATS_TEST_DIRNAME/../..
	local svg=$tree/proctree/svg

	cd "$BATS_TEST_TMPDIR"
	"$tree/proctree/proctree" -i "$BATS_TEST_DIRNAME/data/plain.rec" -o svg >a.svg
	# shellcheck disable=SC2046
	plain $(sed -n "s|^SCRIPT[[:blank:]]*= |$svg/|p" "$tree/Makefile" |
	    sed "s| | $svg/|g; s| |.js |g; s|\$|.js|") >script
	[ "$(wc -c <script)" -lt 49152 ]
	plain "$svg/style.css" >style
	sed -n '/<style>/,/<\/style>/p' a.svg | sed '1d; $d' | diff style -
	sed -n '/<script>/,/<\/script>/p' a.svg | sed '1,3d; $d' |
	    sed '$d' | diff script -
}

@test "svg: why it was recorded: a line at each mark" {
	local tree=$BATS_TEST_DIRNAME/../..

	cd "$BATS_TEST_TMPDIR"
	{
		grep -v '^end' "$BATS_TEST_DIRNAME/data/plain.rec"
		echo 'mark 99.000000000 =\x20201\x20</metadata>\x1b&\x22'
		echo 'mark 99.500000000 =SIGUSR1'
		echo 'end 100.000000000'
	} >kept.rec
	"$tree/proctree/proctree" -i kept.rec -o svg >a.svg 2>err
	xmllint --noout a.svg
	sed -n 's/.*id="head">\({.*}\)<.*/\1/p' a.svg >head
	jq -e '[.marks[1][0] - .marks[0][0], .marks[0][1], .marks[1][1]] ==
	    [500000, " 201 </metadata>\\x1b&\"", "SIGUSR1"]' head
	# In the picture for viewers without a script, too.
	grep -Eq '^<path class="trigger" d="(M[0-9]+ [0-9]+v[0-9]+){2}"/>$' a.svg
	"$tree/proctree/proctree" -i "$BATS_TEST_DIRNAME/data/plain.rec" -o svg \
	    >plain.svg 2>err
	[ "$(grep -c 'class="trigger" d="M' plain.svg)" -eq 0 ]
}

@test "svg: every awk packs alike" {
	local svg=$BATS_TEST_DIRNAME/../../proctree/svg

	cd "$BATS_TEST_TMPDIR"
	export LC_ALL=C
	for awk in awk 'busybox awk'; do
		$awk -f "$svg/embed.awk" "$svg/style.css" "$svg/data.js" >"${awk%% *}"
		[ "$(wc -c <"${awk%% *}")" -gt 1000 ]
	done
	cmp awk busybox
}
