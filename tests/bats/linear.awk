# A recording, or trace output, of n things of one shape, as somebody makes it who
# wants a tool to take for ever.
#
# usage: awk -v shape=SHAPE -v n=N [-v root=PID] -f linear.awk

function at(i) { return sprintf("%d.%09d", 10 + i / 1000000, i % 1000000 * 1000) }
function task(pid, ppid) { print "task 1.000000000", pid, pid, ppid, "=x" }
function fork_(i, pid, ppid, flags) {
	print "fork " at(i), pid, ppid, flags ? flags : 0, "=x"
}
function exec_(i, pid, name) {
	print "exec " at(i), pid, pid, 2, 3, "=" name, "=/bin/" name, "=" name, "=b"
}
function exit_(i, pid) { print "exit " at(i), pid, 1, "=x", 256, 256 }
function head(i, pid) {
	return sprintf("  x-%-7d [001] ..... %d.%06d: ", pid, 10 + i / 1000000,
	    i % 1000000)
}
function repeat(s, k,    r) {
	for (r = ""; k > 0; k = int(k / 2)) {
		if (k % 2)
			r = r s
		s = s s
	}
	return r
}

# One of 2^16 names that FNV-1a gives one hash: its first two blocks do, from where
# it begins, as do the next two from there, ...
function same(i,    r, k) {
	for (r = ""; length(r) < 64; i = int(i / 2)) {
		k = length(r) / 4 * 10 + i % 2 * 5
		r = r substr("7yfa e6uu 9tfa g3uu 9tfa g3uu 9tfa g3uu 9tfa g3uu " \
		    "46ea bwtu 9tfa g3uu 46ea bwtu g3gd 9ttp 53fa cpuu " \
		    "9tfa g3uu 9tfa g3uu bwfm 46wy b3fa 4puu 9tfa g3uu " \
		    "9tfa g3uu", k + 1, 4)
	}
	return r
}

function recording(    i) {
	print "procsnoop-recording 1"
	if (root)
		print "root " root
	# Equal low bits.
	for (i = 1; shape == "low" && i <= n; i++)
		task(i * 16384 % 2147483647, 0)
	# A chain, the last first, or of which each begins an exec.
	for (i = n; shape == "chain" && i > 0; i--)
		task(i + 1, i)
	for (i = 1; shape == "down" && i <= n; i++)
		task(i, i + 1)
	if (shape == "down") # the root
		exec_(1, n + 1, "x")
	for (i = 1; shape == "above" && i <= n; i++)
		task(i + 1, i)
	if (shape == "above")
		print "armed 9.000000000"
	for (i = 1; shape == "above" && i <= n; i++)
		exec_(i, i + 1, "x")
	for (i = 2; shape == "deep" && i <= n; i++) {
		fork_(2 * i, i + 1, i)
		exec_(2 * i + 1, i + 1, "x")
	}
	# One number, again and again; and children of all of these.
	for (i = 1; shape == "reuse" && i <= n; i++)
		fork_(i, 7, 1)
	for (i = 1; shape == "reuse" && i <= n; i++)
		task(i + 7, 7)
	# Names, cgroups, losses.
	for (i = 1; shape == "names" && i <= n; i++) {
		fork_(3 * i, i + 2, 1)
		exec_(3 * i + 1, i + 2, "n" i)
		exit_(3 * i + 2, i + 2)
	}
	for (i = 1; shape == "hash" && i <= n; i++) {
		fork_(2 * i, i + 2, 1)
		print "exec " at(2 * i + 1), i + 2, i + 2, 1, 3, "=x", \
		    "=/bin/x", "=" same(i)
	}
	for (i = 1; shape == "cgroups" && i <= n; i++) {
		print "fork " at(2 * i), i + 2, 1, 0, "=x =/c" i
		exec_(2 * i + 1, i + 2, "x")
	}
	for (i = 1; shape == "losses" && i <= n; i++)
		task(i + 1, i)
	for (i = 1; shape == "losses" && i <= n; i++) {
		print "lost " at(2 * i), 0
		exec_(2 * i + 1, i + 1, "x")
	}
	for (i = 1; shape == "wide" && i <= n; i++)
		fork_(2 * n - i, i + 2, 2)
	print "end 1000.000000000"
}

# Lines of a third of a megabyte for n = 40000.
function text(    i, one) {
	one = head(1, 2) "sched_process_exec: filename=/x pid=2 old_pid=2"
	print head(0, 2) "sched_process_fork: comm=x pid=2 child_comm=x child_pid=7"
	for (i = 1; shape == "forks" && i <= n; i++)
		print head(i, 2) "sched_process_fork: comm=x pid=2 " \
		    "child_comm=x child_pid=" i + 9
	for (i = 1; shape == "calls" && i <= n; i++)
		print head(i, i + 9) "sys_execve(filename: 5, argv: 6, envp: 7)"
	for (i = 1; shape == "broken" && i <= n; i++)
		print head(i, 2) "sched_process_exec:\n filename=/x"
	if (shape == "contexts")
		print repeat("x-1 [001] ..... 1.000001: ", n / 3)
	if (shape == "fields")
		print head(1, 2) "sched_process_exec: filename=" \
		    repeat(" pid=7 old_pid=7", n / 2)
	if (shape == "strings")
		print head(1, 2) "args0: (f+0x0/0x10) argc=3 a0=" \
		    repeat("\" a1=\"", n)
	if (shape == "quoted")
		print repeat("> ", 4 * n) one
	if (shape == "colours")
		print repeat("\033[m", 2 * n) one
	if (shape == "again")
		print repeat(one, n / 8)
}

BEGIN {
	if (shape ~ /^(forks|calls|broken|contexts|fields|strings|quoted|colours|again)$/)
		text()
	else
		recording()
}
