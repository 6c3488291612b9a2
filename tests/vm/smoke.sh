#!/bin/sh
# smoke.sh: is this guest fit for our tests? Run by tests/vm/run VERSION.

set -e

uname -r

# A probe the kernel accepts, not just a file: cloud kernels have kprobes,
# smaller ones have tracefs without them.
cd /sys/kernel/tracing
test -e kprobe_events
echo 'p:smoke/exit do_exit' >kprobe_events
test -e events/smoke/exit/id
echo kprobe_events

# By its full path, or the shell would not execute it.
/bin/busybox echo "static program"
