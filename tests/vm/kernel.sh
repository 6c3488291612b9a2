# shellcheck shell=sh
# kernel.sh: which kernel, for which machine. To be sourced, with $vm, the path of
# tests/vm.

# kernel_dir NAME: the directory of its vmlinuz: NAME itself if it has a slash,
# else that of the cache.
kernel_dir() {
	case $1 in
	*/*) echo "${1%/}" ;;
	*) echo "$vm/cache/$1" ;;
	esac
}

# kernel_arch DIRECTORY: amd64, i386 or arm64: what the busybox is for that lies
# beside the kernel. Without one it is this machine's.
kernel_arch() {
	case $(od -An -tu1 -j18 -N1 "$1/busybox" 2>/dev/null | tr -d ' ') in
	3) echo i386 ;;
	183) echo arm64 ;;
	*) echo amd64 ;;
	esac
}

# KERNEL:SHAPE, of which check tells.
kernel_of() { echo "${1%:*}"; }
shape_of() {
	case $1 in
	*:*) echo "${1##*:}" ;;
	esac
}
