#!/usr/bin/env bats
# -g: by the cgroups of a recording.

load helper

# shows OPTION... -- WORD...: the last words of the lines, in order
shows()
{
	local options=()

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	tool -H -i "$DATA/cgroups.rec" "${options[@]}"
	[ "$(awk '{ print $NF }' out | tr '\n' ' ')" = "${*:+$* }" ] ||
		{ cat out err; return 1; }
}

@test "without -g: all; a recording with cgroups is one" {
	shows -- runc child second worker unknown odd
}

@test "-g ID: what is in a container, and what enters it" {
	shows -g aaaa -- inside child
	shows -g aaaa1111bbbb -- inside child
	shows -g 99990000 -- second
	shows -g aaa --
}

@test "-g PATH: by whole components, -g NAME" {
	shows -g /system.slice -- runc worker
	shows -g /system.slic --
	shows -g /system.slice/nginx.service -- worker
	shows -g nginx.service -- worker
	shows -g / -- runc child second worker odd
}

@test "-g twice, and -g !" {
	shows -g nginx.service -g 9999 -- second worker
	shows -g '!aaaa' -- runc second worker odd
	shows -g /docker -g '!aaaa' -- second
}

@test "what is not known is not shown, and counted" {
	shows -g '!/docker' -- runc worker odd
	grep -qx 'execsnoop: 1 line not shown: the cgroup or the user is not known' err
	shows -g /docker -- inside child second
	grep -qx 'execsnoop: 1 line not shown: the cgroup or the user is not known' err
}

@test "a newline in a name: of no other cgroup" {
	shows -g $'/odd\n0::' -- odd
	shows -g /forged --
	shows -g /odd --
}

@test "exitsnoop -g: the end is where it was; after a loss it is not known" {
	EXECSNOOP=$TREE/exitsnoop/exitsnoop
	shows -g aaaa -- 0 0
	[ "$(awk '{ print $3 }' out | tr '\n' ' ')" = 'child inside ' ]
	shows -g 9999 --
}

@test "forksnoop -g: where the new process begins" {
	EXECSNOOP=$TREE/forksnoop/forksnoop
	shows -g /docker -- inside runc
	[ "$(awk '{ print $1 }' out | tr '\n' ' ')" = '101 110 ' ]
	shows -g nginx.service -- nginx
}

@test "-g: wrong arguments" {
	for g in '' '!' a/b; do
		tool -i "$DATA/cgroups.rec" -g "$g"
		complained 2 'is expected'
	done
}

# groups FILE: of a summary, how many and the beginning of where
groups()
{
	awk '$1 ~ /^[0-9]+$/ { print $1, substr($8, 1, 14) }' "$1" |
	    LC_ALL=C sort -k2 | paste -sd,
}

@test "proctree -S --by=cgroup: where each was last, ? if that is not known" {
	PROCTREE=$TREE/proctree/proctree
	"$PROCTREE" -S -H --by=cgroup -i "$DATA/cgroups.rec" 2>err >out
	# Which of those that run then still do is not known after the loss.
	[ "$(groups out)" = '2 /docker/aaaa11,1 /odd\n0::/forg,7 ?' ]
	grep -v '^lost' "$DATA/cgroups.rec" >rec
	"$PROCTREE" -S -H --by=cgroup -i rec >out
	[ "$(groups out)" = "1 /docker/999900,2 /docker/aaaa11,1 /init.scope,$(
	    )1 /odd\n0::/forg,1 /system.slice/,2 /system.slice/,2 ?" ]
}
