#!/bin/sh
# build.sh - a build of many processes, of a source package of Debian
#
# usage: build.sh fetch DIR	its source, into DIR/source
#	 build.sh copy DIR NAME	a fresh copy of that: DIR/NAME
#	 build.sh make DIR NAME	./configure && make -j2 in the copy, quiet
#	 build.sh DIR		all of these; the copy is DIR/build
#
# Only "make" is meant to be timed: DIR/NAME/build.log has what it says, its
# status is that of the build. Lists and packages of apt stay in DIR/apt: those
# of the machine are not changed.
#
# environment: PACKAGE	coreutils (17,000 processes); bash (5,800)
#	       SUITE	bookworm
#	       MIRROR	http://deb.debian.org/debian
set -eu

PACKAGE=${PACKAGE:-coreutils}
SUITE=${SUITE:-bookworm}
MIRROR=${MIRROR:-http://deb.debian.org/debian}

die()
{
	echo "build.sh: $*" >&2
	exit 1
}

# apt DIR/apt arguments ...: apt-get with lists of its own
apt()
{
	apt=$1
	shift
	apt-get -q -q -o Dir::Etc::sourcelist="$apt/sources.list" \
	    -o Dir::Etc::sourceparts=- -o Dir::State::lists="$apt/lists" \
	    -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@"
}

fetch()
{
	[ ! -e "$1/source/configure" ] || return 0
	mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial"
	dir=$(cd "$1" && pwd)
	echo "deb-src $MIRROR $SUITE main" >"$dir/apt/sources.list"
	apt "$dir/apt" update
	(cd "$dir/apt" && apt "$dir/apt" source --download-only "$PACKAGE")
	set -- "$dir" "$dir/apt/$PACKAGE"_*.orig.tar.*[zg2]
	[ -e "$2" ] || die "$PACKAGE: no source"
	rm -rf "$1/source.part"
	mkdir "$1/source.part"
	tar -xf "$2" -C "$1/source.part" --strip-components=1
	mv "$1/source.part" "$1/source"
}

copy()
{
	rm -rf "${1:?}/${2:?}"
	cp -a "$1/source" "$1/$2"
}

# The shell becomes the build, so that it is the first of its processes.
build()
{
	cd "$1/$2"
	export FORCE_UNSAFE_CONFIGURE=1 LC_ALL=C
	# shellcheck disable=SC2016
	exec sh -c './configure && make -j2' >build.log 2>&1 </dev/null
}

[ $# -gt 0 ] || die 'usage: build.sh [fetch | copy | make] dir [name]'
case $1 in
fetch)	fetch "$2" ;;
copy)	copy "$2" "$3" ;;
make)	build "$2" "$3" ;;
*)	fetch "$1"
	copy "$1" build
	build "$1" build ;;
esac
