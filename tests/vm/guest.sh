# In a guest with kprobes: the static tools against what really ran.
# Prints "ok NAME" and "not ok NAME: WHY" lines, which the host counts, and
# "# skip NAME: WHY" for what this kernel has not.
#
# PARTS: the scripts guest_PART.sh that are run, with commas between them. Without
# it: all that belong to the ring buffer which the tools use on this kernel.
mkdir -p /lib /var/tmp && cp lib/* /lib/
. ./guest_lib.sh

# The kernel's own buffer: up to 6.6 it is expanded, never left with two pages.
top=$(cat $T/buffer_size_kb)
start -v -b 4
stop
check "starts and ends with 0" $status "$(cat e)"
now=$(cat $T/buffer_size_kb)
[ "$now" = "$top" ] || [ "${now%% *}" -ge 60 ]
check "the kernel's own buffer: $top, then $now" $? "$(cat e)"
look_without

case $buffer in
top) PARTS=${PARTS:-top,exits,users,cpus,idle} ;;
own) PARTS=${PARTS:-execs,exits,users,dirs,burn,tree,arch,cpus,idle,two,ns,cgroups} ;;
esac
for part in $(echo "$PARTS" | tr , ' '); do
	program=./execsnoop
	echo "# $part: $(cut -d ' ' -f 1 /proc/uptime) s"
	. "./guest_$part.sh"
done
echo "# end: $(cut -d ' ' -f 1 /proc/uptime) s"
