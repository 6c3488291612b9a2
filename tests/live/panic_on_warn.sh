#!/bin/sh
# panic_on_warn.sh COMMAND...: run it where the kernel seems to panic when it
# warns, so that a uprobe must not fetch strings: one file of /proc is another,
# in a mount namespace that ends with the command. Needs root.
if [ "${panic_on_warn_mounted-}" != yes ]; then
	panic_on_warn_mounted=yes exec unshare -m "$0" "$@"
fi
unset panic_on_warn_mounted
file=$(mktemp) || exit 1
echo 1 >"$file"
mount --bind "$file" /proc/sys/kernel/panic_on_warn || exit 1
rm "$file"
exec "$@"
