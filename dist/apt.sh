# shellcheck shell=bash
# apt.sh: packages of Debian for any architecture, unpacked and never installed;
# root is not needed. To be sourced, with $arch, the architecture as Debian
# calls it, and $apt, a directory for nothing but this, which may be removed.

keys=/usr/share/keyrings/debian-archive-keyring.gpg

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# The machine's own mirrors of the Debian suites, whatever format its sources
# are written in. update --print-uris asks apt without using the network.
mirrors() {
	apt-get update --print-uris 2>/dev/null |
	sed -n "s|^'\(.*\)/dists/\([^ ]*\)/InRelease' .*|\1 \2|p" |
	grep -E ' ([a-z-]*stable|bullseye|bookworm|trixie|forky|sid)'
}

# The machine's mirror has every suite, so it matters neither what the machine
# runs nor how old its package lists are. $suites: those to look in.
suites="bullseye bookworm"
write_sources() {
	local main security options suite
	main=$(mirrors | awk '$2 !~ /\// && $2 !~ /-security$/ {print $1; exit}')
	security=$(mirrors | awk '$2 ~ /-security$/ {print $1; exit}')
	main=${main:-http://deb.debian.org/debian}
	security=${security:-http://deb.debian.org/debian-security}

	options="arch=$arch target=Packages signed-by=$keys"
	for suite in $suites; do
		echo "deb [$options] $main $suite main"
		case $suite in *-backports|sid) continue ;; esac
		echo "deb [$options] $main $suite-updates main"
		echo "deb [$options] $security $suite-security main"
	done >"$apt/sources.list"
}

# Our own state, cache and sources; the machine's proxies and certificates.
# An old suite's Release file may have expired: it is still signed.
with_apt() {
	local command=$1
	shift
	"$command" -q \
	    -o APT::Architecture=$arch -o APT::Architectures=$arch \
	    -o APT::Sandbox::User=root \
	    -o Acquire::Check-Valid-Until=false \
	    -o Acquire::Retries=3 \
	    -o Dir::Etc::sourcelist="$apt/sources.list" \
	    -o Dir::Etc::sourceparts=/dev/null \
	    -o Dir::Etc::preferences=/dev/null \
	    -o Dir::Etc::preferencesparts=/dev/null \
	    -o Dir::State="$apt" \
	    -o Dir::State::lists="$apt/lists" \
	    -o Dir::State::status="$apt/status" \
	    -o Dir::Cache="$apt/cache" \
	    "$@"
}

# Where $apt has no lists yet.
update_lists() {
	[ -d "$apt" ] && return
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" || exit 1
	: >"$apt/status"
	write_sources || die "$apt: cannot set up"
	# A suite the mirror has given up fails the whole update, and may not
	# be the one we need: what counts is whether the package is found.
	with_apt apt-get update >"$apt/update.log" 2>&1
}

# download PACKAGE DIRECTORY: DIRECTORY/package.deb
download() {
	(cd "$2" && rm -f ./*.deb && with_apt apt-get download "$1" &&
	    mv ./*.deb package.deb) >"$2/log" 2>&1 && return
	cat "$apt/update.log" "$2/log" >&2
	die "$1: cannot be downloaded for $arch"
}
