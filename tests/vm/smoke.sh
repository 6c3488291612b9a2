#!/bin/sh
# smoke.sh: is this guest fit for our tests? Run by tests/vm/run KERNEL.

set -e

uname -r

# A probe the kernel accepts, not just a file: cloud kernels have kprobes,
# smaller ones have tracefs without them.
cd "$(awk '$3 == "tracefs" { t = $2 } $3 == "debugfs" { d = $2 "/tracing" }
	END { print t ? t : d }' /proc/mounts)"
test -e kprobe_events
echo 'p:smoke/exit do_exit' >kprobe_events
test -e events/smoke/exit/format # 2.6.32 has no id
echo kprobe_events

# By its full path, or the shell would not execute it.
/bin/busybox echo "static program"
