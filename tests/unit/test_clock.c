/*
 * clock: which one is chosen, and one with a zero and a speed of its own,
 * told by per_cpu/cpu0/stats or by marks.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../lib/clock.h"
#include "../../lib/session.h"
#include "tap.h"

#define MS   1000000ull
#define S    1000000000ull
#define ZERO (5 * S) /* what the trace clock shows when a test begins */
#define ROOM 512     /* records of a test */

static struct session s;
static int top;
static const char *refused; /* clocks that the kernel has not */
static uint64_t zero;	    /* the trace clock's, ns since boot */
static uint32_t seed = 1;

ssize_t
write(int fd, const void *data, size_t size)
{
	char word[32] = "";

	if (size < sizeof word)
		memcpy(word, data, size);
	if (refused && *word && strstr(refused, word)) {
		errno = EINVAL;
		return -1;
	}
	return syscall(SYS_write, fd, data, size);
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
begin(void)
{
	char why[WHY_LEN];

	exec_free(&s.joiner);
	s = (struct session){ .tracefs = -1 };
	instance_name(&s.instance, top, "execsnoop", why);
	s.instance.dir = top;
	s.stats.fd = -1;
	refused = NULL;
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

	ns += 500;
	snprintf(text, sizeof text,
	    "entries: 0\noldest event ts: 1.000001\nnow ts: %5llu.%06llu\n"
	    "dropped events: 0\n",
	    (unsigned long long)(ns / S), (unsigned long long)(ns % S / 1000));
	put("per_cpu/cpu0/stats", text);
}

static void
test_chosen(void)
{
	struct timespec mono;

	begin();
	tap_ok(clock_choose(&s) == 0 && !s.clock_drifts && !s.clock_offset &&
		!s.clock_slack,
	    "boot");
	begin();
	refused = "boot";
	tap_ok(clock_choose(&s) == 0 && !s.clock_drifts, "mono");
	clock_gettime(CLOCK_MONOTONIC, &mono);
	tap_ok((uint64_t)s.clock_offset + (uint64_t)mono.tv_sec * S +
		    (uint64_t)mono.tv_nsec - clock_boot() + S <
		2 * S,
	    "its offset is the time asleep");
	tap_ok(clock_calibrate(&s) == 0 && clock_session(&s) <= clock_boot(),
	    "which does not change");
	begin();
	refused = "boot mono";
	tap_ok(
	    clock_choose(&s) == 0 && s.clock_drifts && s.clock_slack, "global");
	begin();
	refused = "boot mono global";
	tap_ok(clock_choose(&s) == -1 && strstr(s.why, "trace_clock"),
	    "none: %s", s.why);
}

/* Is the offset right, for a trace clock that showed now between two times?
 * It is not changed by less than what is uncertain. */
static bool
is_near(uint64_t now, uint64_t from, uint64_t to)
{
	uint64_t slack = to - from + 1000, is = now + (uint64_t)s.clock_offset;

	return is + slack >= from && is <= to + slack;
}

static void
test_stats(void)
{
	int64_t before;
	uint64_t from, to, now, got;
	int bad = 0;

	begin();
	s.clock_drifts = true;
	from = clock_boot();
	shows(ZERO);
	tap_is_int(clock_calibrate(&s), 0, "calibrated");
	to = clock_boot();
	tap_ok(is_near(ZERO, from, to) && s.clock_set >= from, "at once");
	/* 100 times 10 ms apart, and 20 us faster each: 2,000 ppm */
	for (unsigned i = 1; i <= 100; i++) {
		from = clock_boot();
		now = from - zero + i * 10 * MS + i * 20000;
		shows(now);
		from = clock_boot();
		got = clock_session(&s);
		to = clock_boot();
		bad += !is_near(now, from, to);
		/* An event at that very moment is not before it. */
		bad += now + (uint64_t)s.clock_offset < got;
		bad += got + 10 * MS < now + (uint64_t)s.clock_offset;
	}
	tap_is_int(bad, 0, "it follows one that is too fast");
	shows(8 * S + 500);
	got = clock_session(&s);
	tap_ok(8 * S + 500 + (uint64_t)s.clock_offset >= got,
	    "what is shown may be rounded up");
	before = s.clock_offset;
	shows(8 * S);
	clock_session(&s);
	tap_ok(s.clock_offset > before, "and one that stood still");
	tap_is_int(s.clock_mark, 0, "no marks are needed");
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
	clock_marked(&s,
	    &(struct ring_record){
		.ts = ts, .data = (const void *)text, .len = strlen(text) });
}

static void
comes_back(uint64_t ts)
{
	char text[sizeof s.clock_word + 8];

	snprintf(text, sizeof text, "xx%s\n", s.clock_word);
	comes(text, ts);
}

static void
test_marks(void)
{
	uint64_t from = 0, got;

	begin();
	s.clock_drifts = true;
	s.clock_slack = 2 * MS;
	s.clock_offset = 77;
	got = clock_session(&s);
	tap_ok(s.clock_mark && marks() == 1, "the first one");
	tap_ok(got + 2 * MS <= clock_boot() && got + S > clock_boot(),
	    "now, by the clock of /proc, is not certain");
	comes("somebody's", ZERO);
	tap_ok(s.clock_mark && !s.clock_set && s.clock_offset == 77,
	    "somebody else's word");
	nanosleep(&(struct timespec){ .tv_nsec = 20 * MS }, NULL);
	comes_back(ZERO);
	tap_ok(!s.clock_mark && !s.clock_set && s.clock_offset == 77,
	    "one that was read late tells nothing");
	/* On a busy machine it may take more than one. */
	for (int i = 0; i < 100 && !s.clock_set; i++) {
		from = clock_boot();
		clock_session(&s);
		comes_back(ZERO);
	}
	tap_ok(s.clock_set && is_near(ZERO, from, clock_boot()),
	    "one that was read at once");
	got = (uint64_t)marks();
	clock_session(&s);
	tap_is_int(marks(), (long)got, "not one each time");
	s.clock_set -= 501 * MS;
	clock_session(&s);
	tap_is_int(marks(), (long)got + 1, "but twice a second");
	unlinkat(top, "trace_marker", 0);
	s.clock_mark = s.clock_set = 0;
	clock_session(&s);
	tap_is_int(s.clock_mark, 0, "none can be left");
	tap_ok(clock_calibrate(&s) == -1 && strstr(s.why, "trace_marker"),
	    "then it is not known: %s", s.why);
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
	s.clock_drifts = true;
	s.reader.records = calloc(ROOM, sizeof *s.reader.records);
	s.reader.room = ROOM;
	if (!s.reader.records ||
	    kevent_learn(&s.events, KEVENT_EXIT, format, 0, 0, 0) != 0)
		return;
	exec_init(&s.joiner, false);
	shows(trace);
	clock_calibrate(&s);
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

int
main(void)
{
	char dir[] = "/tmp/procsnoop-clock-XXXXXX";

	if (!mkdtemp(dir) || (top = open(dir, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	mkdirat(top, "per_cpu", 0700);
	mkdirat(top, "per_cpu/cpu0", 0700);
	test_chosen();
	test_stats();
	test_marks();
	test_events();
	exec_free(&s.joiner);
	unlinkat(top, "per_cpu/cpu0/stats", 0);
	unlinkat(top, "per_cpu/cpu0", AT_REMOVEDIR);
	unlinkat(top, "per_cpu", AT_REMOVEDIR);
	unlinkat(top, "trace_clock", 0);
	unlinkat(top, "trace_marker", 0);
	tap_is_int(rmdir(dir), 0, "nothing else was made");
	return tap_done();
}
