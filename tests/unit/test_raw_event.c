/*
 * raw_event: hand-written formats of several kernels and records to go with
 * them; fields that are missing, records that are cut.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/raw_event.h"
#include "tap.h"

#define COMMON "format:\n" \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;" \
	"\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
#define F(decl, offset, size) "\tfield:" decl ";\toffset:" offset ";\tsize:" \
	size ";\tsigned:1;\n"
#define U(decl, offset, size) "\tfield:" decl ";\toffset:" offset ";\tsize:" \
	size ";\tsigned:0;\n"

/* Of 5.10 and newer. */
static const char newtask[] = "name: task_newtask\nID: 10\n" COMMON
    F("pid_t pid", "8", "4") F("char comm[16]", "12", "16")
    U("unsigned long clone_flags", "32", "8")
    F("short oom_score_adj", "40", "2");
static const char fork_[] = "name: sched_process_fork\nID: 11\n" COMMON
    F("char parent_comm[16]", "8", "16") F("pid_t parent_pid", "24", "4")
    F("char child_comm[16]", "28", "16") F("pid_t child_pid", "44", "4");
static const char rename_[] = "name: task_rename\nID: 12\n" COMMON
    F("pid_t pid", "8", "4") F("char oldcomm[16]", "12", "16")
    F("char newcomm[16]", "28", "16") F("short oom_score_adj", "44", "2");
/* Of 6.19: the renamed task is the running one. */
static const char rename_619[] = "name: task_rename\nID: 13\n" COMMON
    F("char oldcomm[16]", "8", "16") F("char newcomm[16]", "24", "16")
    F("short oom_score_adj", "40", "2");
static const char exec[] = "name: sched_process_exec\nID: 14\n" COMMON
    F("__data_loc char[] filename", "8", "4") F("pid_t pid", "12", "4")
    F("pid_t old_pid", "16", "4");
static const char exit_[] = "name: sched_process_exit\nID: 15\n" COMMON
    F("char comm[16]", "8", "16") F("pid_t pid", "24", "4")
    F("int prio", "28", "4");
static const char exit_618[] = "name: sched_process_exit\nID: 16\n" COMMON
    F("char comm[16]", "8", "16") F("pid_t pid", "24", "4")
    F("int prio", "28", "4") U("bool group_dead", "32", "1");
static const char return_[] = "name: sys_exit_execve\nID: 17\n" COMMON
    F("int __syscall_nr", "8", "4") F("long ret", "16", "8");
static const char stack[] = "name: exec0\nID: 18\n" COMMON
    U("unsigned long __probe_ip", "8", "8") F("s32 argc", "16", "4")
    U("u32 w", "20", "4");
static const char args[] = "name: args0\nID: 19\n" COMMON
    U("unsigned long __probe_ip", "8", "8") F("s32 argc", "16", "4")
    F("__data_loc char[] a4", "20", "4") F("__data_loc char[] a5", "24", "4");
static const char entry[] = "name: entry0\nID: 20\n" COMMON
    U("unsigned long __probe_ip", "8", "8") U("u64 v", "16", "8")
    F("__data_loc char[] fn", "24", "4") U("u64 p0", "32", "8")
    U("u64 p1", "40", "8");
static const char entry_args[] = "name: fargs0\nID: 21\n" COMMON
    U("unsigned long __probe_ip", "8", "8") U("u64 v", "16", "8")
    F("__data_loc char[] a0", "24", "4");

static struct raw_event_table table;
static struct raw_event k;

/* ---- making records ---- */

static struct {
	uint8_t bytes[2048];
	size_t len;
} made;

static void
begin(uint16_t id, int tid, size_t len)
{
	memset(&made, 0, sizeof made);
	memcpy(made.bytes, &id, 2);
	memcpy(made.bytes + 4, &tid, 4);
	made.len = len;
}

static void
put32(size_t at, uint32_t v)
{
	memcpy(made.bytes + at, &v, 4);
}

static void
put64(size_t at, uint64_t v)
{
	memcpy(made.bytes + at, &v, 8);
}

/* A char[N] field. */
static void
put_comm(size_t at, const char *s)
{
	memcpy(made.bytes + at, s, strlen(s));
}

/* A __data_loc field: the string is appended; NULL: its fetch failed. */
static void
put_loc(size_t at, const char *s)
{
	size_t n = s ? strlen(s) + 1 : 0;

	put32(at, (uint32_t)(n << 16 | made.len));
	if (s)
		memcpy(made.bytes + made.len, s, n);
	made.len += n;
}

/* Decode the first len bytes, in a block of their own. */
static int
decode_cut(size_t len)
{
	static uint8_t *block;
	struct ring_record r = { .ts = 77, .len = len };

	free(block);
	block = malloc(len);
	memcpy(block, made.bytes, len);
	r.data = block;
	memset(&k, 0x5a, sizeof k);
	return raw_event_decode(&table, &r, 3, &k);
}

static int
decode(void)
{
	return decode_cut(made.len);
}

static bool
is_text(const char *s)
{
	return k.text && k.text_len == strlen(s) &&
	    memcmp(k.text, s, k.text_len) == 0;
}

static int
learn(enum raw_event_kind kind, const char *format, int first, int count)
{
	return raw_event_learn(&table, kind, format, 2, first, count);
}

/* ---- kinds ---- */

static void
test_learn(void)
{
	static const struct {
		enum raw_event_kind kind;
		const char *format, *name;
		int first, count;
	} all[] = {
		{ RAW_NEWTASK, newtask, "newtask", 0, 0 },
		{ RAW_FORK, fork_, "fork", 0, 0 },
		{ RAW_RENAME, rename_, "rename", 0, 0 },
		{ RAW_RENAME, rename_619, "rename of 6.19", 0, 0 },
		{ RAW_EXEC, exec, "exec", 0, 0 },
		{ RAW_EXIT, exit_, "exit", 0, 0 },
		{ RAW_EXIT, exit_618, "exit of 6.18", 0, 0 },
		{ RAW_RETURN, return_, "return", 0, 0 },
		{ RAW_STACK, stack, "stack", 0, 0 },
		{ RAW_ARGS, args, "args", 4, 2 },
		{ RAW_ENTRY, entry, "entry", 0, 2 },
		{ RAW_ENTRY_ARGS, entry_args, "entry args", 0, 1 },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tap_ok(learn(all[i].kind, all[i].format, all[i].first,
		    all[i].count) == 0, "learn %s", all[i].name);
	tap_is_int(table.count, 12, "all learnt");
}

static void
test_tasks(void)
{
	begin(10, 100, 42);
	put32(8, 101);
	put_comm(12, "sh");
	put64(32, 0x3d0f00);
	tap_ok(decode() == 1 && k.kind == RAW_NEWTASK && k.ts == 77 &&
	    k.cpu == 3 && k.tid == 100 && k.pid == 101 &&
	    k.flags == 0x3d0f00 && is_text("sh"), "newtask");
	begin(11, 100, 48);
	put_comm(8, "parent");
	put32(24, 99);
	put_comm(28, "sixteen-without0");
	put32(44, 101);
	tap_ok(decode() == 1 && k.kind == RAW_FORK && k.parent == 99 &&
	    k.tid == 100 && k.pid == 101 && is_text("sixteen-without0"),
	    "fork, a comm without its NUL");
	begin(12, 100, 46);
	put32(8, 101);
	put_comm(12, "old");
	put_comm(28, "new");
	tap_ok(decode() == 1 && k.kind == RAW_RENAME && k.pid == 101 &&
	    is_text("new"), "rename");
	begin(13, 100, 42);
	put_comm(8, "old");
	put_comm(24, "new");
	tap_ok(decode() == 1 && k.pid == 100 && is_text("new"),
	    "rename of 6.19: the running task");
	begin(15, 101, 32);
	put_comm(8, "a b pid=1\n");
	put32(24, 101);
	put32(28, 120);
	tap_ok(decode() == 1 && k.kind == RAW_EXIT && k.pid == 101 &&
	    k.group_dead == -1 && is_text("a b pid=1\n"), "exit");
	for (int dead = 0; dead < 2; dead++) {
		begin(16, 101, 36);
		put32(24, 101);
		made.bytes[32] = (uint8_t)dead;
		tap_ok(decode() == 1 && k.group_dead == dead,
		    "exit of 6.18: group_dead %d", dead);
	}
}

static void
test_execs(void)
{
	begin(14, 100, 20);
	put32(12, 100);
	put32(16, 102);
	put_loc(8, "/tmp/a\nb/nop");
	tap_ok(decode() == 1 && k.kind == RAW_EXEC && k.tid == 100 &&
	    k.pid == 100 && k.old_pid == 102 && is_text("/tmp/a\nb/nop"),
	    "exec");
	begin(14, 100, 20);
	put_loc(8, "");
	tap_ok(decode() == 1 && is_text(""), "exec of an empty path");
	begin(17, 100, 24);
	put64(16, (uint64_t)-2);
	tap_ok(decode() == 1 && k.kind == RAW_RETURN && k.ret == -2,
	    "return");
	begin(18, 100, 24);
	put32(16, 5);
	tap_ok(decode() == 1 && k.kind == RAW_STACK && k.argc == 5 &&
	    k.compat == 0 && k.place == 2 && k.count == 0, "stack");
	put32(20, 0xffffe000);
	tap_ok(decode() == 1 && k.compat == 1, "stack of a 32-bit program");
	begin(19, 100, 28);
	put32(16, 6);
	put_loc(20, "four");
	put_loc(24, NULL);
	tap_ok(decode() == 1 && k.kind == RAW_ARGS && k.argc == 6 &&
	    k.first == 4 && k.count == 2 && k.arg_len[0] == 4 &&
	    memcmp(k.arg[0], "four", 4) == 0 && !k.arg[1] && !k.text,
	    "args, one failed");
	begin(20, 100, 48);
	put64(16, 0x7ffc00001000);
	put_loc(24, "/bin/x");
	put64(32, 0x7ffc00002000);
	tap_ok(decode() == 1 && k.kind == RAW_ENTRY &&
	    k.argv == 0x7ffc00001000 && is_text("/bin/x") &&
	    k.pointer[0] == 0x7ffc00002000 && k.pointer[1] == 0 &&
	    !k.arg[0] && !k.arg[1], "entry");
	begin(21, 100, 28);
	put64(16, 0x7ffc00001000);
	put_loc(24, "x");
	tap_ok(decode() == 1 && k.kind == RAW_ENTRY_ARGS &&
	    k.argv == 0x7ffc00001000 && k.arg[0] && k.arg_len[0] == 1 &&
	    k.pointer[0] == 0, "entry args");
}

/* The pointers of a probe event: two more than its strings. */
static void
test_pointers(void)
{
	static const char format[] = "name: args0\nID: 40\n" COMMON
	    F("s32 argc", "8", "4") F("__data_loc char[] a0", "12", "4")
	    U("u64 p0", "16", "8") U("u64 p1", "24", "8")
	    U("u64 p2", "32", "8");

	tap_is_int(learn(RAW_ARGS, format, 0, 1), 0, "learn pointers");
	begin(40, 100, 40);
	put32(8, 1);
	put64(16, 1000);
	put64(24, 2000);
	put64(32, 3000);
	tap_ok(decode() == 1 && k.pointer[0] == 1000 && k.pointer[1] == 2000 &&
	    k.pointer[2] == 3000, "two pointers behind the last string");
	raw_event_forget(&table, 12);
}

/* What lies behind the arguments is the environment, or anything. */
static void
test_behind(void)
{
	static const char slots[] = "name: args2\nID: 40\n" COMMON
	    F("s32 argc", "8", "4") F("u32 w", "12", "4")
	    F("__data_loc char[] a2", "16", "4");
	static const char call[] = "name: args2\nID: 40\n" COMMON
	    U("u64 v", "8", "8") U("u64 p0", "16", "8")
	    U("u64 p1", "24", "8") U("u64 p2", "32", "8")
	    F("__data_loc char[] a2", "40", "4");

	tap_is_int(learn(RAW_ARGS, slots, 2, 1), 0, "learn with w");
	begin(40, 100, 20);
	put_loc(16, "HOME=/");
	put32(8, 2);
	tap_is_int(decode(), 0, "two arguments: none is the third");
	put32(8, 3);
	tap_ok(decode() == 1 && k.arg[0], "three");
	put32(12, 1);
	tap_is_int(decode(), 0, "slots of 4 bytes: not these strings");
	raw_event_forget(&table, 12);
	tap_is_int(learn(RAW_ENTRY_ARGS, call, 2, 1), 0, "learn a call");
	begin(40, 100, 44);
	put_loc(40, "c");
	for (size_t i = 16; i < 40; i += 8)
		put64(i, 1000);
	tap_ok(decode() == 1 && k.arg[0], "no NULL up to it");
	for (size_t i = 16; i < 40; i += 8) {
		put64(i, 0);
		tap_is_int(decode(), 0, "NULL at %zu", i);
		put64(i, 1000);
	}
	raw_event_forget(&table, 12);
}

/* ---- formats that lack something ---- */

static void
is_refused(enum raw_event_kind kind, const char *format, const char *why)
{
	int before = table.count;

	errno = 0;
	tap_ok(learn(kind, format, 0, kind == RAW_ARGS) == -1 &&
	    errno == EINVAL && table.count == before, "refused: %s", why);
}

/* "\tfield:u64 NAMEi;...": singles of 8 bytes from byte at on. */
static size_t
put_fields(char *to, size_t size, const char *name, int from, int n, size_t at)
{
	size_t len = 0;

	for (int i = from; i < from + n; i++, at += 8)
		len += (size_t)snprintf(to + len, size - len,
		    "\tfield:u64 %s%d;\toffset:%zu;\tsize:8;\tsigned:0;\n",
		    name, i, at);
	return len;
}

/* Is it the window of 3 pointers and len bytes that begins with "ls"? */
static void
is_window(size_t len, const char *name)
{
	tap_ok(decode() == 1 && k.kind == RAW_WINDOW && k.argc == 2 &&
	    k.tid == 100 && !k.compat, "%s", name);
	tap_ok(k.argv == 1000 && k.pointers == 4 && k.count == 0 && k.pointer[0] == 1000 &&
	    k.pointer[1] == 1003 && k.pointer[3] == 1006, "its pointers");
	tap_is_int(k.text_len, len, "its bytes");
	tap_ok(memcmp(k.text, "ls\0-l\0H", 7) == 0, "are the strings");
}

/* Windows: arrays (4.20), and single numbers, more than are parsed. */
static void
test_window(void)
{
	static const char arrays[] = "name: exec0\nID: 40\n" COMMON
	    U("unsigned long __probe_ip", "8", "8") F("s32 argc", "16", "4")
	    U("u64 v", "20", "8") U("u64 p1[3]", "28", "24")
	    U("u64 s0[4]", "52", "32") U("u64 s1[2]", "84", "16");
	static const char second[] = "name: args0_0\nID: 41\n" COMMON
	    F("s32 argc", "8", "4") U("u64 v", "12", "8")
	    U("u64 s0[2]", "20", "16");
	static const char apart[] = "name: exec0\nID: 43\n" COMMON
	    F("s32 argc", "8", "4") U("u64 v", "12", "8")
	    U("u64 p1", "20", "8") U("u64 p2", "36", "8")
	    U("u64 s0", "28", "8");
	static char singles[16384] = "name: exec0\nID: 42\n" COMMON
	    F("s32 argc", "8", "4") U("u64 v", "12", "8");
	size_t n = strlen(singles);

	tap_is_int(learn(RAW_WINDOW, arrays, 0, 0), 0, "learn a window");
	begin(40, 100, 100);
	put32(16, 2);
	put64(20, 1000);
	put64(28, 1003);
	put64(44, 1006);
	memcpy(made.bytes + 52, "ls\0-l\0HOME=/", 13);
	is_window(48, "window, of arrays");
	tap_is_int(k.first, 0, "at its begin");
	tap_is_int(decode_cut(99), 0, "a window that is cut");
	made.len = 103; /* aligned by a kernel for 32 bits */
	tap_ok(decode() == 1 && k.text_len == 48, "whole numbers only");
	tap_is_int(learn(RAW_WINDOW, second, 1536, 0), 0, "learn a part");
	begin(41, 100, 36);
	put32(8, 2);
	put64(12, 1000);
	tap_ok(decode() == 1 && k.kind == RAW_WINDOW && k.first == 1536 &&
	    k.pointers == 1 && k.pointer[0] == 1000 && k.text_len == 16,
	    "another part, without pointers");
	n += put_fields(singles + n, sizeof singles - n, "p", 1, 3, 20);
	put_fields(singles + n, sizeof singles - n, "s", 0, 100, 44);
	tap_is_int(learn(RAW_WINDOW, singles, 0, 0), 0, "learn singles");
	begin(42, 100, 44 + 800);
	put32(8, 2);
	put64(12, 1000);
	put64(20, 1003);
	put64(36, 1006);
	memcpy(made.bytes + 44, "ls\0-l\0HOME=/", 13);
	is_window(800, "window, of single numbers");
	tap_is_int(learn(RAW_WINDOW, apart, 0, 0), 0, "learn with a hole");
	begin(43, 100, 44);
	tap_ok(decode() == 1 && k.pointers == 2 && k.text_len == 16,
	    "what lies apart is no pointer");
	is_refused(RAW_WINDOW, "ID: 5\n" COMMON F("s32 argc", "8", "4")
	    U("u64 v", "12", "8"), "a window without bytes");
	is_refused(RAW_WINDOW, "ID: 5\n" COMMON F("s32 argc", "8", "4")
	    U("u64 s0[2]", "12", "16"), "a window without argv[0]");
	raw_event_forget(&table, 12);
}

/* Of three numbers, each of 4 bytes: no whole words of 8. */
static void
test_user(void)
{
	static const char user[] = "name: user\nID: 45\n" COMMON
	    U("unsigned long __probe_ip", "8", "8") U("u32 u0", "16", "4")
	    U("u32 u1", "20", "4") U("u32 u2", "24", "4");
	static const uint32_t want[3] = { 1001, 1002, 1003 };

	tap_is_int(learn(RAW_USER, user, 0, 0), 0, "learn a user");
	begin(45, 100, 28);
	memcpy(made.bytes + 16, want, sizeof want);
	tap_ok(decode() == 1 && k.tid == 100 && k.text_len == sizeof want &&
	    memcmp(k.text, want, sizeof want) == 0, "a user");
	made.len = 32; /* whole words of 8 bytes, as on riscv64 */
	tap_ok(decode() == 1 && k.text_len == sizeof want &&
	    memcmp(k.text, want, sizeof want) == 0,
	    "what lies behind it is no number of it");
	tap_is_int(decode_cut(27), 0, "a user that is cut");
	is_refused(RAW_USER, "ID: 5\n" COMMON U("u32 u0", "8", "4")
	    U("u32 u1", "12", "4"), "a user without a group");
	raw_event_forget(&table, table.count - 1);
}

/* What shows the end of a task, and a probe in the next one. */
static void
test_left(void)
{
	static const char left[] = "name: sched_switch\nID: 40\n" COMMON
	    F("char prev_comm[16]", "8", "16") F("pid_t prev_pid", "24", "4")
	    F("char next_comm[16]", "28", "16") F("pid_t next_pid", "44", "4");
	static const char sum[] = "name: sum\nID: 41\n" COMMON
	    U("unsigned long __probe_ip", "8", "8") U("u64 sum", "16", "8");
	static char task[16384] = "name: task0_0\nID: 42\n" COMMON
	    U("unsigned long __probe_ip", "8", "8");
	size_t n = strlen(task);

	tap_is_int(learn(RAW_LEFT, left, 0, 0), 0, "learn sched_switch");
	begin(40, 100, 48);
	put32(24, 100);
	put32(44, 200);
	tap_ok(decode() == 1 && k.pid == 100 && k.next == 200, "both tasks");
	tap_is_int(learn(RAW_SUM, sum, 0, 0), 0, "learn a sum");
	begin(41, 200, 24);
	put64(16, 5000000000);
	tap_ok(decode() == 1 && k.kind == RAW_SUM && k.tid == 200 &&
	    k.sum == 5000000000, "a sum of 64 bits");
	put_fields(task + n, sizeof task - n, "s", 0, 128, 16);
	tap_is_int(learn(RAW_TASK, task, 0, 0), 0, "learn bytes of a task");
	begin(42, 200, 16 + 1024);
	put64(16 + 200, 123456);
	tap_ok(decode() == 1 && k.kind == RAW_TASK && k.text_len == 1024,
	    "all of them");
	tap_ok(memcmp(k.text + 200, made.bytes + 216, 8) == 0, "in their place");
	is_refused(RAW_TASK, "ID: 5\n" COMMON F("s32 argc", "8", "4"),
	    "a task without bytes");
	raw_event_forget(&table, 12);
}

static void
test_others(void)
{
	struct ring_record r = { .data = made.bytes };

	begin(99, 100, 64);
	r.len = made.len;
	tap_is_int(decode(), 0, "an event not learnt");
	tap_is_int(raw_event_kind_of(&table, &r), 0, "peek at it");
	begin(14, 100, 20);
	r.len = made.len;
	tap_is_int(raw_event_kind_of(&table, &r), RAW_EXEC, "peek at an exec");
	r.len = 7;
	tap_is_int(raw_event_kind_of(&table, &r), 0, "peek at a cut one");
	raw_event_forget(&table, 4);
	tap_is_int(decode(), 0, "forgotten");
	learn(RAW_EXEC, exec, 0, 0);
	tap_is_int(decode(), 1, "and learnt again");
}

/* A record that does not hold all of its fields is none. */
static void
test_cut(void)
{
	static const struct {
		uint16_t id;
		size_t fixed;	/* up to the end of the last field used */
	} all[] = { { 10, 40 }, { 11, 48 }, { 12, 44 }, { 13, 40 }, { 14, 20 },
		{ 15, 28 }, { 16, 33 }, { 17, 24 }, { 18, 20 }, { 19, 28 },
		{ 20, 48 }, { 21, 28 } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		int decoded = 0;

		begin(all[i].id, 100, all[i].fixed);
		for (size_t n = 0; n < all[i].fixed; n++)
			decoded += decode_cut(n);
		tap_is_int(decoded, 0, "id %d: cut", all[i].id);
	}
	begin(14, 100, 20);
	put_loc(8, "/bin/true");
	tap_ok(decode_cut(made.len - 1) == 1 ? !k.text : 1,
	    "a string that is cut");
}

static void
test_refused(void)
{
	int r = 0;

	is_refused(RAW_EXEC, "", "nothing");
	is_refused(RAW_EXEC, fork_, "another event");
	is_refused(RAW_EXEC, "ID: 5\n" F("int pid", "8", "4")
	    F("int old_pid", "12", "4") F("char filename[16]", "16", "16"),
	    "no common_pid");
	is_refused(RAW_NEWTASK, "ID: 5\n" COMMON F("int pid", "8", "4")
	    F("char comm[16]", "12", "16"), "newtask without its flags");
	is_refused(RAW_ARGS, "ID: 5\n" COMMON F("int argc", "8", "4"),
	    "args without a string");
	is_refused(RAW_STACK, "ID: 5\n" COMMON F("int argv", "8", "4"),
	    "stack without argc");
	errno = 0;
	tap_ok(learn(RAW_ARGS, args, 0, RAW_STRINGS + 1) == -1 &&
	    errno == ENOSPC, "too many strings");
	while (r == 0 && table.count < RAW_TYPES)
		r = learn(RAW_EXIT, exit_, 0, 0);
	errno = 0;
	tap_ok(r == 0 && learn(RAW_EXIT, exit_, 0, 0) == -1 &&
	    errno == ENOSPC, "too many events");
}

/* Of 4.9, of which paths are of any length, and of 6.18. */
static void
test_cgroup(void)
{
	static const char old[] = "name: cgroup_attach_task\nID: 50\n" COMMON
	    F("int dst_root", "8", "4") F("int dst_id", "12", "4")
	    F("int dst_level", "16", "4") F("int pid", "20", "4")
	    F("__data_loc char[] dst_path", "24", "4")
	    F("__data_loc char[] comm", "28", "4");
	static const char new[] = "name: cgroup_attach_task\nID: 51\n" COMMON
	    F("int dst_root", "8", "4") F("int dst_level", "12", "4")
	    U("u64 dst_id", "16", "8") F("int pid", "24", "4")
	    F("__data_loc char[] dst_path", "28", "4")
	    F("__data_loc char[] comm", "32", "4");
	static const char name[] = "name: cgroup_rename\nID: 52\n" COMMON
	    F("int root", "8", "4") F("int level", "12", "4")
	    U("u64 id", "16", "8") F("__data_loc char[] path", "24", "4");

	tap_is_int(learn(RAW_CGROUP, old, 0, 0), 0, "learn a move of 4.9");
	begin(50, 100, 32);
	put32(8, 4);
	put32(20, 200);
	put_loc(24, "/a b");
	put_loc(28, "sh");
	tap_ok(decode() == 1 && k.ret == 4 && k.pid == 200 && k.tid == 100 &&
	    is_text("/a b"), "the hierarchy, the task and its path");
	tap_is_int(learn(RAW_CGROUP, new, 0, 0), 0, "learn one of 6.18");
	begin(51, 100, 36);
	put32(24, 201);
	put_loc(28, "/");
	put_loc(32, "sh");
	tap_ok(decode() == 1 && k.ret == 0 && k.pid == 201 && is_text("/"),
	    "cgroup v2, its root");
	tap_is_int(learn(RAW_CGROUP_NAME, name, 0, 0), 0, "learn a rename");
	begin(52, 100, 28);
	put32(8, 7);
	put_loc(24, "/new");
	tap_ok(decode() == 1 && k.ret == 7, "the hierarchy");
	raw_event_forget(&table, 12);
}

int
main(void)
{
	test_learn();
	test_tasks();
	test_execs();
	test_pointers();
	test_behind();
	test_window();
	test_user();
	test_left();
	test_cgroup();
	test_cut();
	test_others();
	test_refused();
	decode_cut(0);
	return tap_done();
}
