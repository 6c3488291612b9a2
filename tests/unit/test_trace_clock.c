/*
 * trace_clock: which one is chosen, and one with a zero and a speed of its own,
 * told by per_cpu/cpu0/stats or by marks.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trace/trace_clock.h"
#include "base/file.h"
#include "kernel/proc.h"
#include "kernel/start_time.h"
#include "trace/session.h"
#include "tap.h"

/* With 64-bit times on 32 bits: Linux 5.1. */
#ifdef SYS_clock_gettime64
#define GETTIME SYS_clock_gettime64
#else
#define GETTIME SYS_clock_gettime
#endif

#define MS   1000000ull
#define S    1000000000ull
#define ZERO (5 * S) /* what the trace clock shows when a test begins */
#define ROOM 512     /* records of a test */

static struct session s;
static int top;
static const char *refused; /* clocks that the kernel has not */
static uint64_t zero;	    /* the trace clock's, ns since boot */
static uint32_t seed = 1;
static uint64_t step;	    /* ns the system's clock advances at once */
static uint64_t trace_step; /* of the trace clock; 0: it stands still */
static char clock_set[32];  /* the last one */
static char said[1024];	    /* what -v reports */

ssize_t
write(int fd, const void *data, size_t size)
{
	char word[sizeof clock_set] = "";

	if (size < sizeof word)
		memcpy(word, data, size);
	if (refused && *word && strstr(refused, word)) {
		errno = EINVAL;
		return -1;
	}
	if (size < sizeof clock_set && isalpha(*word))
		memcpy(clock_set, word, sizeof clock_set);
	return syscall(SYS_write, fd, data, size);
}

static void shows(uint64_t);

static uint64_t
real_boot(void)
{
	struct timespec t;

	syscall(GETTIME, CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * S + (uint64_t)t.tv_nsec;
}

/* Whenever somebody looks at the clock, the stats are of that moment. */
int
clock_gettime(clockid_t id, struct timespec *t)
{
	uint64_t ns;
	int r = (int)syscall(GETTIME, id, t);

	if (id == CLOCK_BOOTTIME && trace_step) {
		ns = real_boot() - zero;
		shows(ns - ns % trace_step);
	}
	if (step && r == 0) {
		ns = (uint64_t)t->tv_sec * S + (uint64_t)t->tv_nsec;
		ns -= ns % step;
		t->tv_sec = (time_t)(ns / S);
		t->tv_nsec = (long)(ns % S);
	}
	return r;
}

static void
put(const char *name, const char *text)
{
	int fd = openat(top, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		tap_ok(0, "%s: %s", name, strerror(errno));
	close(fd);
}

static void
take_finding(void *arg, const struct finding *f)
{
	size_t len = strlen(said);

	(void)arg;
	snprintf(said + len, sizeof said - len, "%s: %s\n", f->subject, f->text);
}

static void
begin(void)
{
	static const struct findings findings = { .take = take_finding };
	struct error error;

	exec_free(&s.assembler);
	s = (struct session){ .tracefs = -1,
		.clock = { .instance = &s.instance,
		    .reader = &s.reader,
		    .findings = &findings } };
	instance_name(&s.instance, top, "execsnoop", &error);
	s.instance.dir = top;
	s.stats.fd = -1;
	s.cpu_time.instance.dir = -1;
	refused = NULL;
	step = trace_step = 0;
	said[0] = '\0';
	zero = clock_boot() - ZERO;
	put("trace_clock", "");
	put("trace_marker", "");
	put("per_cpu/cpu0/stats", "entries: 0\n");
}

/* What the kernel prints: us, rounded (ns2usecs, kernel/trace/trace.c). */
static void
shows(uint64_t ns)
{
	char text[128];
	int fd = openat(top, "per_cpu/cpu0/stats", O_WRONLY | O_CLOEXEC);

	ns += 500;
	snprintf(text, sizeof text,
	    "entries: 0\noldest event ts: 1.000001\nnow ts: %5llu.%06llu\n"
	    "dropped events: 0\n",
	    (unsigned long long)(ns / S), (unsigned long long)(ns % S / 1000));
	if (write(fd, text, strlen(text)) < 0) /* not truncated: that is slow */
		tap_ok(0, "stats: %s", strerror(errno));
	close(fd);
}

static void
test_chosen(void)
{
	struct timespec mono;

	begin();
	tap_ok(trace_clock_choose(&s.clock, &s.error) == 0 && !s.clock.drifts && !s.clock.offset &&
		!s.clock.slack,
	    "boot");
	begin();
	refused = "boot";
	tap_ok(trace_clock_choose(&s.clock, &s.error) == 0 && !s.clock.drifts, "mono");
	clock_gettime(CLOCK_MONOTONIC, &mono);
	tap_ok((uint64_t)s.clock.offset + (uint64_t)mono.tv_sec * S +
		    (uint64_t)mono.tv_nsec - clock_boot() + S <
		2 * S,
	    "its offset is the time asleep");
	tap_ok(trace_clock_calibrate(&s.clock, &s.error) == 0 && trace_clock_now(&s.clock) <= clock_boot(),
	    "which does not change");
	begin();
	refused = "boot mono";
	tap_ok(
	    trace_clock_choose(&s.clock, &s.error) == 0 && s.clock.drifts && s.clock.slack, "global");
	begin();
	refused = "boot mono global";
	tap_ok(trace_clock_choose(&s.clock, &s.error) == -1 && strstr(s.error.text, "trace_clock"),
	    "none: %s", s.error.text);
}

/* Is the offset right, for a trace clock that showed now between two times?
 * It is not changed by less than what is uncertain. */
static bool
is_near(uint64_t now, uint64_t from, uint64_t to)
{
	uint64_t slack = to - from + 1000, is = now + (uint64_t)s.clock.offset;

	return is + slack >= from && is <= to + slack;
}

static void
test_stats(void)
{
	int64_t before;
	uint64_t from, to, now, got;
	int bad = 0;

	begin();
	s.clock.drifts = true;
	from = clock_boot();
	shows(ZERO);
	tap_is_int(trace_clock_calibrate(&s.clock, &s.error), 0, "calibrated");
	to = clock_boot();
	tap_ok(is_near(ZERO, from, to) && s.clock.set >= from, "at once");
	/* 100 times 10 ms apart, and 20 us faster each: 2,000 ppm */
	for (unsigned i = 1; i <= 100; i++) {
		from = clock_boot();
		now = from - zero + i * 10 * MS + i * 20000;
		shows(now);
		from = clock_boot();
		got = trace_clock_now(&s.clock);
		to = clock_boot();
		bad += !is_near(now, from, to);
		/* An event at that very moment is not before it. */
		bad += now + (uint64_t)s.clock.offset < got;
		bad += got + 10 * MS < now + (uint64_t)s.clock.offset;
	}
	tap_is_int(bad, 0, "it follows one that is too fast");
	shows(8 * S + 500);
	got = trace_clock_now(&s.clock);
	tap_ok(8 * S + 500 + (uint64_t)s.clock.offset >= got,
	    "what is shown may be rounded up");
	before = s.clock.offset;
	/* By more than what a pause between two looks makes uncertain. */
	nanosleep(&(struct timespec){ .tv_nsec = 50 * MS }, NULL);
	shows(8 * S);
	trace_clock_now(&s.clock);
	tap_ok(s.clock.offset > before, "and one that stood still");
	tap_is_int(s.clock.mark, 0, "no marks are needed");
}

/* What the clock is in use, and whether -v tells that it has steps. */
static const char *
chosen(void)
{
	static char text[64];

	/* What was written last. */
	snprintf(text, sizeof text, "%s%s", clock_set,
	    strstr(said, "clock step: ") ? ", steps" : "");
	return text;
}

/* 4 ms; while others run, some at once. */
static bool
is_step(uint64_t ns)
{
	return ns && ns % (4 * MS) == 0;
}

static void
test_steps(void)
{
	uint64_t at, armed;
	int64_t off;

	begin();
	tap_ok(trace_clock_choose(&s.clock, &s.error) == 0 && !s.clock.boot_step && !s.clock.trace_step, "none");
	begin();
	step = 4 * MS;
	trace_step = 1000;
	tap_ok(trace_clock_choose(&s.clock, &s.error) == 0 && trace_clock_calibrate(&s.clock, &s.error) == 0 &&
		is_step(s.clock.boot_step) && !s.clock.trace_step && s.clock.drifts &&
		s.clock.slack > step,
	    "of the system's clock only");
	tap_is_str(chosen(), "global", "a finer one is taken");
	tap_ok(
	    strstr(said, ": boot and mono advance by "), "and told: %s", said);
	for (int i = 0; i < 200; i++) {
		trace_clock_now(&s.clock);
		nanosleep(&(struct timespec){ .tv_nsec = 300000 }, NULL);
	}
	off = (int64_t)zero - s.clock.offset;
	tap_ok(off < (int64_t)MS && off > -(int64_t)MS,
	    "its offset is that of the moments of the steps: %lld",
	    (long long)off);
	begin();
	step = trace_step = 4 * MS;
	tap_ok(trace_clock_choose(&s.clock, &s.error) == 0 && trace_clock_calibrate(&s.clock, &s.error) == 0 &&
		is_step(s.clock.trace_step) && !s.clock.drifts,
	    "of both");
	tap_is_str(chosen(), "boot, steps", "that of /proc, then");
	at = clock_boot();
	session_armed(&s);
	armed = s.armed;
	tap_ok(armed > at, "what was before is earlier than what is shown");
	begin();
	refused = "boot mono";
	trace_step = 4 * MS;
	tap_ok(trace_clock_choose(&s.clock, &s.error) == 0 && trace_clock_calibrate(&s.clock, &s.error) == 0 &&
		!s.clock.boot_step && is_step(s.clock.trace_step),
	    "of the trace clock only");
	tap_is_str(chosen(), "global, steps", "the only one there is");
	begin();
	refused = "boot mono";
	shows(ZERO);
	tap_ok(trace_clock_choose(&s.clock, &s.error) == 0 && s.clock.trace_step >= 4 * MS,
	    "one that stands still");
}

/* How often our word was written: "NAME-1NAME-2". */
static long
marks(void)
{
	char text[4096] = "";
	long n = 0;

	file_read(top, "trace_marker", text, sizeof text);
	for (char *p = text; (p = strstr(p, s.instance.name)); p++)
		n++;
	return n;
}

/* A word comes back as a record; the mark does. */
static void
comes(const char *text, uint64_t ts)
{
	trace_clock_marked(&s.clock,
	    &(struct ring_record){
		.ts = ts, .data = (const void *)text, .len = strlen(text) });
}

static void
comes_back(uint64_t ts)
{
	char text[sizeof s.clock.word + 8];

	snprintf(text, sizeof text, "xx%s\n", s.clock.word);
	comes(text, ts);
}

static void
test_marks(void)
{
	uint64_t from = 0, got;

	begin();
	s.clock.drifts = true;
	s.clock.slack = 2 * MS;
	s.clock.offset = 77;
	got = trace_clock_now(&s.clock);
	tap_ok(s.clock.mark && marks() == 1, "the first one");
	tap_ok(got + 2 * MS <= clock_boot() && got + S > clock_boot(),
	    "now, by the clock of /proc, is not certain");
	comes("somebody's", ZERO);
	tap_ok(s.clock.mark && !s.clock.set && s.clock.offset == 77,
	    "somebody else's word");
	nanosleep(&(struct timespec){ .tv_nsec = 20 * MS }, NULL);
	comes_back(ZERO);
	tap_ok(!s.clock.mark && !s.clock.set && s.clock.offset == 77,
	    "one that was read late tells nothing");
	s.clock.late = 10 * S;
	trace_clock_now(&s.clock);
	nanosleep(&(struct timespec){ .tv_nsec = 20 * MS }, NULL);
	from = clock_boot();
	comes_back(ZERO);
	tap_ok(s.clock.set >= from && s.clock.offset != 77,
	    "unless the machine is slow");
	s.clock.late = s.clock.set = 0;
	s.clock.offset = 77;
	/* On a busy machine it may take more than one. */
	for (int i = 0; i < 100 && !s.clock.set; i++) {
		from = clock_boot();
		trace_clock_now(&s.clock);
		comes_back(ZERO);
	}
	tap_ok(s.clock.set && is_near(ZERO, from, clock_boot()),
	    "one that was read at once");
	got = (uint64_t)marks();
	trace_clock_now(&s.clock);
	tap_is_int(marks(), (long)got, "not one each time");
	s.clock.set -= 501 * MS;
	trace_clock_now(&s.clock);
	tap_is_int(marks(), (long)got + 1, "but twice a second");
	unlinkat(top, "trace_marker", 0);
	s.clock.mark = s.clock.set = 0;
	trace_clock_now(&s.clock);
	tap_is_int(s.clock.mark, 0, "none can be left");
	tap_ok(trace_clock_calibrate(&s.clock, &s.error) == -1 && strstr(s.error.text, "trace_marker"),
	    "then it is not known: %s", s.error.text);
}

/* ---- events in such a clock ---- */

static const char format[] =
    "name: sched_process_exit\nID: 300\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\n\n"
    "\tfield:char comm[16];\toffset:8;\tsize:16;\n"
    "\tfield:pid_t pid;\toffset:24;\tsize:4;\n";

/* An exit, as the reader has it. */
static void
exits(uint64_t ts, int tid)
{
	struct reader *r = &s.reader;
	uint8_t data[28] = { 0 };
	uint16_t id = 300;

	memcpy(data, &id, 2);
	memcpy(data + 4, &tid, 4);
	memcpy(data + 24, &tid, 4);
	r->records[r->count++] = (struct reader_record){
		.ts = ts, .offset = r->data.len, .len = sizeof data
	};
	buf_add(&r->data, (const char *)data, sizeof data);
}

/* A clock that is now too fast and now too slow; all that is read has to come
 * in order, nothing that comes after it before what armed says. */
static void
test_events(void)
{
	uint64_t last = 0, trace = ZERO, early = 0, back = 0, got = 0, far = 0,
		 from;
	struct event e;

	begin();
	s.clock.drifts = true;
	s.reader.records = calloc(ROOM, sizeof *s.reader.records);
	s.reader.room = ROOM;
	if (!s.reader.records ||
	    raw_event_learn(&s.events, RAW_EXIT, format, 0, 0, 0) != 0)
		return;
	exec_init(&s.assembler);
	shows(trace);
	trace_clock_calibrate(&s.clock, &s.error);
	for (int i = 1; i <= 200; i++) {
		/* Right behind what was shown before. */
		exits(trace + 1500, i);
		seed = seed * 1664525u + 1013904223u;
		from = clock_boot() - zero + 10 * MS * (unsigned)i +
		    (seed >> 8) % (8 * MS);
		trace = from > trace + 3000 ? from : trace + 3000;
		shows(trace);
		if (i % 10 == 0)
			session_armed(&s);
		if (session_sweep(&s) < 0)
			break;
		while (session_next(&s, &e)) {
			got++;
			back += e.ts < last;
			early += e.ts < s.armed;
			last = e.ts;
		}
		far += last + 100 * MS < clock_boot() ||
		    last > clock_boot() + 100 * MS;
	}
	tap_is_int(got, 200, "all come");
	tap_is_int(back, 0, "none goes back in time");
	tap_is_int(far, 0, "all are of now");
	tap_is_int(early, 0, "none behind armed seems to be before it");
	reader_free(&s.reader);
}

/* The record of our word, as any event, has the PID of who wrote it. */
static void
test_self(void)
{
	char record[8 + sizeof s.clock.word] = "";
	int pid = 4711;

	begin();
	tap_ok(trace_clock_find_writer(&s.clock, &s.error) == -1 && marks() > 0 && s.clock.writer == 0,
	    "no mark comes back: %s", s.error.text);
	memcpy(record + 4, &pid, sizeof pid);
	snprintf(record + 8, sizeof record - 8, "%s", s.clock.word);
	s.clock.mark = clock_boot();
	trace_clock_marked(&s.clock,
	    &(struct ring_record){
		.ts = ZERO, .data = record, .len = sizeof record });
	tap_is_int(s.clock.writer, pid, "our own PID");
	tap_ok(!s.clock.offset && !s.clock.set, "the clock stays as it is");
	tap_is_int(trace_clock_find_writer(&s.clock, &s.error), pid, "then all is known");
}

/* ---- in a time namespace ---- */

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

/* Two clocks that run side by side, of which the second is shifted nowhere
 * here: what lies between them is the same in any namespace. */
static int64_t
between(void)
{
	struct timespec mono;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	return (int64_t)(clock_boot() - (uint64_t)mono.tv_sec * S -
	    (uint64_t)mono.tv_nsec);
}

static bool
is_shift(const char *offset, int64_t ahead, int64_t outside, uint64_t start)
{
	int64_t off;
	struct proc_stat parent;

	clock_begin();
	proc_stat_read(&parent, getppid());
	off = between() - outside;
	return clock_ahead() == ahead && off > -(int64_t)MS * 100 &&
	    off < (int64_t)MS * 100 &&
	    proc_same_start(proc_start_ns(parent.start), start) &&
	    proc_start_ns(parent.start) % USER_TICK_NS == 0 && *offset;
}

/* Where that of our children is another one, /proc does not tell ours: it is
 * measured, against a trace clock that shows what outside is. */
static bool
is_measured(int64_t ahead, int64_t outside)
{
	struct timespec mono;
	int64_t off;

	if (unshare(CLONE_NEWTIME) != 0)
		return false;
	clock_begin();
	if (clock_ahead() == ahead)
		return false;
	begin();
	clock_gettime(CLOCK_MONOTONIC, &mono);
	shows((uint64_t)mono.tv_sec * S + (uint64_t)mono.tv_nsec +
	    (uint64_t)outside);
	if (trace_clock_choose(&s.clock, &s.error) != 0)
		return false;
	off = clock_ahead() - ahead;
	return off > -(int64_t)MS * 100 && off < (int64_t)MS * 100 &&
	    s.clock.slack;
}

static void
test_namespace(const char *offset, int64_t ahead)
{
	int64_t outside = between();
	struct proc_stat self;
	int status, fd, pid = fork();

	if (pid == 0) {
		proc_stat_read(&self, getpid());
		if (unshare(CLONE_NEWTIME) != 0)
			_exit(2);
		fd = open("/proc/self/timens_offsets", O_WRONLY);
		if (write(fd, offset, strlen(offset)) < 0)
			_exit(3);
		pid = fork();
		if (pid == 0)
			_exit(!is_shift(offset, ahead, outside,
				  proc_start_ns(self.start)) ||
			    !is_measured(ahead, outside));
		waitpid(pid, &status, 0);
		_exit(WEXITSTATUS(status));
	}
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 2)
		tap_ok(1, "%s: # SKIP no time namespace", offset);
	else
		tap_is_int(status, 0, "%s", offset);
}

static void
test_namespaces(void)
{
	clock_begin();
	tap_is_int(clock_ahead(), 0, "here");
	if (tap_emulated()) { /* qemu-user makes up its own PID/stat */
		tap_ok(true, "time namespaces # SKIP emulated");
		return;
	}
	test_namespace("boottime 100000 0", 100000 * (int64_t)S);
	test_namespace("boottime 7 123456789", 7 * (int64_t)S + 123456789);
	test_namespace("boottime -2 999999999", -2 * (int64_t)S + 999999999);
	test_namespace("boottime -5 0", -5 * (int64_t)S);
}

int
main(void)
{
	char dir[] = "/tmp/procsnoop-clock-XXXXXX";

	if (!mkdtemp(dir) || (top = open(dir, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	mkdirat(top, "per_cpu", 0700);
	mkdirat(top, "per_cpu/cpu0", 0700);
	test_chosen();
	test_steps();
	test_stats();
	test_marks();
	mkdirat(top, "events", 0700);
	mkdirat(top, "events/sched", 0700);
	mkdirat(top, "events/sched/sched_process_exit", 0700);
	put("events/sched/sched_process_exit/format", format);
	put("trace_marker", "");
	test_events();
	test_self();
	test_namespaces();
	exec_free(&s.assembler);
	unlinkat(top, "per_cpu/cpu0/stats", 0);
	unlinkat(top, "per_cpu/cpu0", AT_REMOVEDIR);
	unlinkat(top, "per_cpu", AT_REMOVEDIR);
	unlinkat(top, "events/sched/sched_process_exit/format", 0);
	unlinkat(top, "events/sched/sched_process_exit", AT_REMOVEDIR);
	unlinkat(top, "events/sched", AT_REMOVEDIR);
	unlinkat(top, "events", AT_REMOVEDIR);
	unlinkat(top, "trace_clock", 0);
	unlinkat(top, "trace_marker", 0);
	tap_is_int(rmdir(dir), 0, "nothing else was made");
	return tap_done();
}
