/*
 * Hints of ends, from the kernel's formats to typed events: the status of an
 * exit, calls and signals, of the kernels whose formats are in tests/data,
 * and of probes and 32-bit kernels by hand.
 *
 * usage: test_exit_hint [directory with a directory for each kernel]
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "events/exec_assembler.h"
#include "tap.h"

#define COMMON "format:\n" \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;" \
	"\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define F(decl, offset, size, sign) "\tfield:" decl ";\toffset:" offset \
	";\tsize:" size ";\tsigned:" sign ";\n"

static const char code[] = "name: code\nID: 1001\n" COMMON
    F("unsigned long __probe_ip", "8", "8", "0") F("s32 code", "16", "4", "1");
static const char group[] = "name: group\nID: 1002\n" COMMON
    F("unsigned long __probe_ip", "8", "8", "0") F("s32 code", "16", "4", "1");
static const char call_exit[] = "name: sys_enter_exit\nID: 1003\n" COMMON
    F("int __syscall_nr", "8", "4", "1") F("int error_code", "16", "8", "0");
static const char victim[] = "name: mark_victim\nID: 1005\n" COMMON
    F("int pid", "8", "4", "1");
static const char oombegin[] = "name: oombegin\nID: 1007\n" COMMON
    F("unsigned long __probe_ip", "8", "8", "0");
static const char oomend[] = "name: oomend\nID: 1008\n" COMMON
    F("unsigned long __probe_func", "8", "8", "0")
    F("unsigned long __probe_ret_ip", "16", "8", "0");
static const char renamed[] = "name: task_rename\nID: 1006\n" COMMON
    F("pid_t pid", "8", "4", "1") F("char newcomm[16]", "12", "16", "0");
static const char deliver_32[] = "name: signal_deliver\nID: 1004\n" COMMON
    F("int sig", "8", "4", "1") F("int errno", "12", "4", "1")
    F("int code", "16", "4", "1")
    F("unsigned long sa_handler", "20", "4", "0")
    F("unsigned long sa_flags", "24", "4", "0");

static struct raw_event_table table;
static struct exec_assembler j;
static struct raw_event k;
static struct event e;
static uint8_t record[128];
static uint64_t now;

/* The type that was learnt last. */
static const struct format *
format(void)
{
	return &table.types[table.count - 1].format;
}

static void
put(const char *name, uint64_t v)
{
	const struct field *f = format_field(format(), name);

	if (tap_result(f && f->size <= sizeof v, __FILE__, __LINE__,
	    "%s is there", name))
		memcpy(record + f->offset, (char *)&v +
		    (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ?
			    sizeof v - f->size : 0), f->size);
}

static void
begin(int tid)
{
	uint16_t id = (uint16_t)format()->id;

	memset(record, 0, sizeof record);
	memcpy(record, &id, sizeof id);
	memcpy(record + 4, &tid, sizeof tid);
}

/* Decode the record, feed it, and take what it became. */
static bool
becomes(int tid, enum exit_hint kind, int what)
{
	struct ring_record r = { .ts = now += 1000, .data = record,
		.len = sizeof record };

	memset(&k, 0x5a, sizeof k);
	memset(&e, 0x5a, sizeof e);
	if (raw_event_decode(&table, &r, 2, &k) != 1 ||
	    exec_feed(&j, &k, NULL) != 0 ||
	    exec_next(&j, UINT64_MAX, &e) != 1)
		return false;
	return e.type == EVENT_STATUS && e.tid == tid && e.status.hint == kind &&
	    e.status.code == what && e.ts == now && e.cpu == 2 && !e.comm[0] &&
	    !exec_pending(&j);
}

static bool
learn(enum raw_event_kind kind, const char *text, const char *name)
{
	raw_event_forget(&table, 0);
	return tap_ok(raw_event_learn(&table, kind, text, 0, 0, 0) == 0,
	    "learn %s", name);
}

/* ---- by hand ---- */

static void
test_probes(void)
{
	static const int codes[] = { 0, 256, 0xff00, 9, 11 | 0x80, 64 };

	if (!learn(RAW_CODE, code, "do_exit"))
		return;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		begin(7);
		put("code", (uint64_t)codes[i]);
		tap_ok(becomes(7, HINT_CODE, codes[i]), "do_exit(%#x)",
		    (unsigned)codes[i]);
	}
	begin(7);
	put("code", (uint64_t)-12);
	tap_ok(becomes(7, HINT_CODE, CODE_UNKNOWN),
	    "do_exit(-ENOMEM), as kernel threads do");
	if (!learn(RAW_GROUP, group, "do_group_exit"))
		return;
	begin(7);
	put("code", 256);
	tap_ok(becomes(7, HINT_GROUP, 256), "do_group_exit");
}

static void
check_call(const char *name, enum exit_hint kind)
{
	static const struct {
		uint64_t given;
		int want;
	} all[] = { { 0, 0 }, { 1, 0x100 }, { 255, 0xff00 }, { 256, 0 },
		{ 0x1ff, 0xff00 }, { 0xffffffff, 0xff00 },
		{ UINT64_MAX, 0xff00 }, { 0xffffffff00000003, 0x300 } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		begin(8);
		put("error_code", all[i].given);
		tap_ok(becomes(8, kind, all[i].want), "%s(%#llx)", name,
		    (unsigned long long)all[i].given);
	}
}

static void
test_calls(void)
{
	if (learn(RAW_CALL_EXIT, call_exit, "sys_enter_exit"))
		check_call("exit", HINT_EXIT);
	tap_is_int(raw_event_learn(&table, RAW_CALL_GROUP, deliver_32, 0, 0,
	    0), -1, "a call without its code is refused");
	tap_is_int(raw_event_learn(&table, RAW_SENT, deliver_32, 0, 0, 0), -1,
	    "a signal sent to no task is refused");
	tap_is_int(raw_event_learn(&table, RAW_DELIVERED, call_exit, 0, 0, 0),
	    -1, "a signal without a number is refused");
}

static void
check_deliver(const char *name, bool wide)
{
	for (int sig = 1; sig <= 64; sig += 21) {
		begin(9);
		put("sig", (uint64_t)sig);
		put("sa_handler", 0);
		tap_ok(becomes(9, HINT_DELIVERED, sig), "%s: signal %d", name,
		    sig);
		begin(9);
		put("sig", (uint64_t)sig);
		put("sa_handler", 1);
		tap_ok(becomes(9, HINT_HANDLED, sig), "%s: ignored %d", name,
		    sig);
		begin(9);
		put("sig", (uint64_t)sig);
		put("sa_handler", wide ? 0x7f0000000000 : 0x80000000);
		tap_ok(becomes(9, HINT_HANDLED, sig), "%s: handled %d", name,
		    sig);
	}
}

/* What only says who sent a signal. */
static void
test_senders(void)
{
	if (!learn(RAW_OOM, victim, "mark_victim"))
		return;
	begin(20);
	put("pid", 21);
	tap_ok(becomes(21, HINT_OOM, 0) && e.status.sender == 20,
	    "the OOM killer");
	if (!learn(RAW_OOM_BEGIN, oombegin, "oombegin"))
		return;
	begin(20);
	tap_ok(becomes(20, HINT_OOM_BEGIN, 0), "the OOM killer begins");
	if (!learn(RAW_OOM_END, oomend, "oomend"))
		return;
	begin(20);
	tap_ok(becomes(20, HINT_OOM_END, 0), "and ends");
	if (!learn(RAW_RENAME, renamed, "task_rename"))
		return;
	begin(20);
	put("pid", 21);
	memcpy(record + 12, "new", 3);
	tap_ok(!becomes(21, HINT_OOM, 0), "no record of a rename");
	j.names = j.sender_only = true;
	becomes(21, HINT_OOM, 0);
	tap_ok(e.type == EVENT_RENAME && e.tid == 21 &&
	    strcmp(e.comm, "new") == 0, "a rename");
	j.names = j.sender_only = false;
}

/* ---- kernels ---- */

static char *
read_format(const char *dir, const char *kernel, const char *name)
{
	static char text[8192];
	char path[512];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s/formats/%s", dir, kernel, name);
	f = fopen(path, "r");
	if (!tap_ok(f != NULL, "%s: %s", kernel, name))
		return NULL;
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* Who sent it, of the format that was learnt last. */
static void
check_sent(const char *name)
{
	bool results = format_field(format(), "result") != NULL;

	for (int si = -6; si <= 128; si += 67) {
		begin(11);
		put("sig", SIGHUP);
		put("pid", 12);
		put("code", (uint64_t)si);
		if (results) {
			put("group", si < 0 ? 0 : 1);
			put("result", si < 0 ? 4 : 0);
		}
		record[2] = si == 128 ? 0x08 : 0x01;
		tap_ok(becomes(12, HINT_SENT, SIGHUP) &&
		    e.status.sender == 11 && e.status.si_code == si &&
		    e.status.group == (results ? si >= 0 : -1) &&
		    e.status.queued == results &&
		    e.status.interrupt == (si == 128) && !e.status.sender_only,
		    "%s: code %d", name, si);
	}
	for (int result = 1; results && result < 4; result++) {
		begin(11);
		put("sig", SIGHUP);
		put("pid", 12);
		put("result", (uint64_t)result);
		tap_ok(!becomes(12, HINT_SENT, SIGHUP), "%s: result %d", name,
		    result);
	}
}

static void
test_kernel(const char *dir, const char *kernel)
{
	char *text = read_format(dir, kernel, "syscalls:sys_enter_exit_group");

	if (text && learn(RAW_CALL_GROUP, text, "exit_group"))
		check_call(kernel, HINT_EXIT_GROUP);
	text = read_format(dir, kernel, "signal:signal_deliver");
	if (text && learn(RAW_DELIVERED, text, "signal_deliver"))
		check_deliver(kernel, true);
	text = read_format(dir, kernel, "signal:signal_generate");
	if (!text || !learn(RAW_SENT, text, "signal_generate"))
		return;
	check_sent(kernel);
	begin(10);
	put("sig", SIGTERM);
	put("pid", 4194303);
	put("code", 77);
	tap_ok(becomes(4194303, HINT_SENT, SIGTERM) && k.tid == 10,
	    "%s: sent, to another task", kernel);
}

/* ---- execs ---- */

static void
feed(struct raw_event x)
{
	x.ts = now += 1000;
	if (exec_feed(&j, &x, NULL) != 0)
		tap_ok(0, "memory");
}

/* A signal that an interrupt sends while a task execs: who is running has
 * nothing to do with it. */
static void
test_exec(void)
{
	static const enum exec_order orders[] = { EXEC_PATH_LAST,
		EXEC_PATH_FIRST };
	int execs = 0, others = 0;

	for (int i = 0; i < 2; i++) {
		struct raw_event path = { .kind = RAW_EXEC, .tid = 50,
			.pid = 50, .old_pid = 50, .text = "/x", .text_len = 2 };
		struct raw_event stack = { .kind = RAW_STACK, .tid = 50,
			.pid = 50, .argc = 0 };

		exec_free(&j);
		j.order = orders[i];
		j.want = 8;
		exec_init(&j);
		feed(i ? path : stack);
		feed((struct raw_event){ .kind = RAW_SENT, .tid = 50,
		    .pid = 60, .ret = SIGALRM });
		feed(i ? stack : path);
		for (execs = others = 0; exec_next(&j, UINT64_MAX, &e) == 1;)
			if (e.type == EVENT_EXEC && ++execs && e.path)
				tap_ok(e.args.argc == 0 &&
				    strcmp(e.path, "/x") == 0,
				    "order %d: an exec, interrupted", i);
			else
				others += e.type == EVENT_STATUS &&
				    e.tid == 60;
		tap_ok(execs == 1 && others == 1, "order %d: one of each", i);
	}
}

int
main(int argc, char **argv)
{
	static const char *const kernels[] = { "3.2", "3.16", "5.10", "6.1",
		"6.12", "6.1-arm64" };
	const char *dir = argc > 1 ? argv[1] : "tests/data/recordings";

	exec_init(&j);
	test_probes();
	test_calls();
	if (learn(RAW_DELIVERED, deliver_32, "signal_deliver, 32 bits"))
		check_deliver("32 bits", false);
	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
		test_kernel(dir, kernels[i]);
	test_senders();
	test_exec();
	exec_free(&j);
	return tap_done();
}
