#!/usr/bin/env bats
# proctree -o svg, in a browser.

@test "svg: seen and used in a browser" {
	run "$BATS_TEST_DIRNAME/../browser/check"
	echo "$output" | grep -v '^ok'
	[ "$status" -eq 0 ]
}
