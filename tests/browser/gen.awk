# A recording of n processes (-v n=): make, with so many jobs at a time (-v
# jobs=), that compiles and links, once in a while in vain.  Each job is a shell,
# gcc below it, and cc1 and as below that.  The same for the same n and jobs.

# A pseudo-random number from 0 to below m.
function dice(m)
{
	seed = (seed * 1103 + 12345) % 2147483647
	return int(seed / 7) % m
}

# Times are in microseconds; events are sorted by sort(1): a key, a tab.
function at(t, text)
{
	printf "%012d%09d\t%s\n", t, ++line, text | sort
}

function stamp(t)
{
	return sprintf("%d.%06d000", int(t / 1000000), t % 1000000)
}

function begin(t, pid, parent, comm, argc, path, args)
{
	at(t, "fork " stamp(t) " " pid " " parent " 1200000 =make")
	at(t + 150, "exec " stamp(t + 150) " " pid " " pid " " argc " 3 =" \
	    comm " =" path " " args)
	made++
}

function end(t, pid, comm, code, cpu, rss)
{
	at(t, "exit " stamp(t) " " pid " 1 =" comm " " code " " code " " \
	    int(cpu * 800) " " int(cpu * 200) " " cpu * 1000 " " rss " 0 4096 " \
	    cpu * 1000 " " cpu * 1000 " 0 0 - - - 0 0 0")
}

# One job from t; returns when it ends.
function job(t, k,    file, code, sh, cc1, as)
{
	file = dirs[1 + dice(6)] "/file" k
	code = dice(97) == 0 ? 256 : dice(997) == 0 ? 9 : 0
	sh = ++pid
	cc1 = 2000 + dice(90000)
	as = 500 + dice(6000)
	begin(t, sh, 10, "sh", 3, "/bin/sh",
	    "=/bin/sh =-c =gcc\\x20-O2\\x20-c\\x20" file ".c")
	begin(t + 600, sh + 1, sh, "gcc", 6, "/usr/bin/gcc",
	    "=gcc =-O2 =-o =" file ".o =-c =" file ".c")
	begin(t + 1500, sh + 2, sh + 1, "cc1", 5, "/usr/libexec/gcc/cc1",
	    "=/usr/libexec/gcc/cc1 =-quiet =" file ".c =-O2 =-o=/tmp/out" k ".s")
	t += 1500 + cc1
	end(t, sh + 2, "cc1", code, cc1 - 500, 20000000 + cc1 * 1000)
	pid += 2
	if (!code) {
		begin(t + 200, sh + 3, sh + 1, "as", 4, "/usr/bin/as",
		    "=as =-o =" file ".o =/tmp/out" k ".s")
		end(t + 200 + as, sh + 3, "as", 0, as - 100, 9000000)
		t += 200 + as
		pid++
	}
	end(t + 300, sh + 1, "gcc", code ? 256 : 0, 900, 3000000)
	end(t + 500, sh, "sh", code ? 256 : 0, 400, 1500000)
	return t + 600
}

BEGIN {
	seed = 4711
	n = n ? n : 1000
	jobs = jobs ? jobs : 8
	pid = 10
	sort = "LC_ALL=C sort | cut -f 2-"
	split("kernel mm fs net drivers lib", dirs, " ")
	print "procsnoop-recording 1"
	print "boot 1795215622.000000000"
	print "task 0.010000000 1 1 0 =init"
	print "task 0.900000000 9 9 1 =bash 1 2 =/bin/bash =-bash"
	print "armed 1.000000000"
	fflush()
	t = 1001000
	print "fork " stamp(t) " 10 9 1200000 =bash"
	print "exec " stamp(t) " 10 10 2 3 =make =/usr/bin/make =make =-j" jobs
	for (k = 0; k < jobs; k++)
		free[k] = t + 2000 + 300 * k
	for (made = 1; made < n;) {
		first = 0
		for (k = 1; k < jobs; k++)
			if (free[k] < free[first])
				first = k
		free[first] = job(free[first], ++files)
	}
	for (k = 0; k < jobs; k++)
		if (free[k] > t)
			t = free[k]
	at(t + 1000, "exit " stamp(t + 1000) " 10 1 =make 512 512")
	at(t + 9000, "end " stamp(t + 9000))
	close(sort)
}
