/*
 * exec: execve, the assembler where only the entry of execve shows arguments:
 * the exec takes those of the call that succeeds, and /proc knows better.
 */
#include <errno.h>

#include "events/exec_node.h"
#include "feed.h"

#define MS 1000000ull

/* With /proc, if says. */
static void
begin_call(bool says)
{
	begin(EXEC_PATH_ONLY, 8, true);
	j.fetch = 8;
	j.entry_args = true;
	if (says)
		j.read_sample = read_sample;
}

/* A call with the arguments x and y. */
static void
call(int tid, uint64_t ts, const char *name)
{
	entry(tid, ts, ARGV, name, 1, 2, 0);
	fetched(tid, ts, ARGV, 0, "x", "y");
}

static void
test_event(void)
{
	begin_call(false);
	call(10, 100 * MS, "/bin/x");
	path(10, 101 * MS, "/bin/x");
	is_records(101 * MS, "exec 10 @101000000 /bin/x all 2: x|y|",
	    "adopted at sched_process_exec");
	returns(10, 102 * MS, 0);
	is_records(END, "", "its return value begins nothing");
	tap_ok(
	    !exec_pending(&j) && !j.entry[node_bucket(10)], "nothing is left");
	returns(10, 200, -ENOENT);
	is_records(END, "fail 10 error 2 @200 - none -1: ",
	    "a call that fails has nothing of it");
	call(10, 300, "./x");
	path(10, 301, "/real/x");
	is_records(END, "exec 10 @301 /real/x all 2: x|y|",
	    "the event's path, not the call's");
	call(12, 400, "/x");
	path_note(10, 12, 401, "/x", NULL);
	returns(10, 402, 0);
	is_records(END, "exec 10 @401 /x all 2: x|y| old=12",
	    "a thread's call becomes its process's exec");
	tap_ok(!j.entry[node_bucket(12)], "nothing is left of that, either");
	path(10, 500, "/x");
	returns(10, 501, 0);
	is_records(END, "exec 10 @500 /x none -1: ", "no call was seen");
	begin_call(false);
	j.entry_args = false;
	call(10, 600, "/x");
	path(10, 601, "/x");
	is_records(END, "exec 10 @601 /x none -1: ", "not with another method");
}

/* Before Linux 3.4 the return value shows it. */
static void
test_return(void)
{
	begin_call(false);
	call(10, 100, "/bin/x");
	is_records(END, "", "a call alone");
	returns(10, 101, 0);
	is_records(END, "exec 10 @101 /bin/x all 2: x|y|",
	    "adopted at the return, with the path");
	call(10, 200, "/bin/x");
	calls(10, 201, "/bin/x");
	returns(10, 202, 0);
	is_records(END, "exec 10 @202 /bin/x all 2: x|y|",
	    "do_execve has the same path");
	entry(10, 300, ARGV, NULL, 1, 2, 0);
	fetched(10, 300, ARGV, 0, "x", "y");
	calls(10, 301, "/bin/x");
	returns(10, 302, 0);
	is_records(END, "exec 10 @302 /bin/x all 2: x|y|",
	    "do_execve's, where the page was not there at the entry");
	returns(10, 400, 0);
	returns(10, 401, 0);
	is_records(END, "exec 10 @400 - none -1: ; exec 10 @401 - none -1: ",
	    "no call was seen, twice");
	call(10, 500, "/a");
	returns(10, 501, 0);
	entry(10, 502, ARGV, "/b", 1, 0);
	fetched(10, 502, ARGV, 0, "z", NULL);
	returns(10, 503, 0);
	is_records(END,
	    "exec 10 @501 /a all 2: x|y|; exec 10 @503 /b all 1: z|",
	    "two in a row");
}

/* A search along PATH: what failed leaves nothing. */
static void
test_search(void)
{
	begin_call(false);
	call(10, 100, "/usr/bin/x");
	returns(10, 101, -ENOENT);
	entry(10, 102, ARGV, "/bin/x", 1, 0);
	fetched(10, 102, ARGV, 0, "z", NULL);
	path(10, 103, "/bin/x");
	returns(10, 104, 0);
	is_records(END,
	    "fail 10 error 2 @101 /usr/bin/x all 2: x|y|; "
	    "exec 10 @103 /bin/x all 1: z|",
	    "the second succeeds");
	/* The return was not seen: the same argv, in any order. */
	call(10, 200, "/usr/bin/x");
	fetched(10, 202, ARGV, 0, "x", "new");
	entry(10, 202, ARGV, "/bin/x", 1, 2, 0);
	returns(10, 203, 0);
	is_records(END, "exec 10 @203 /bin/x all 2: x|new|",
	    "the first return was lost");
	call(10, 300, "/usr/bin/x");
	entry(10, 302, ARGV, "/bin/x", 1, 2, 0);
	returns(10, 303, 0);
	is_records(END, "exec 10 @303 /bin/x none -1: ",
	    "the arguments of the first are not the second's");
	call(10, 400, "/x");
	lost(401, 3);
	returns(10, 402, 0);
	is_records(END, "lost 3 @401; exec 10 @402 - none -1: ",
	    "nor those from before a gap");
	call(10, 500, "/x");
	exits(10, 501);
	newtask(1, 502, 10, 0);
	returns(10, 503, 0);
	is_records(END,
	    "exit 10 @501; fork 10 by 1 @502; "
	    "exec 10 @503 - none -1: ",
	    "nor those of who had the number");
}

/* What was in no page: truth rather than garbage. */
static void
test_pages(void)
{
	begin_call(false);
	entry(10, 100, ARGV, "/x", 1, 0);
	fetched(10, 100, ARGV, 0, NULL, NULL);
	path(10, 101, "/x");
	is_records(END, "exec 10 @101 /x none -1: ", "argv's page");
	entry(10, 200, ARGV, "/x", 1, 2, 3, 0);
	fetched(10, 200, ARGV, 0, "a", NULL, "c");
	path(10, 201, "/x");
	is_records(END, "exec 10 @201 /x cut 3: a|?|c|", "an argument's page");
	entry(10, 300, ARGV + 4096 - 8, "/x", 1, 2, 0);
	fetched(10, 300, ARGV + 4096 - 8, 0, "a", "b");
	path(10, 301, "/x");
	is_records(END, "exec 10 @301 /x cut -1: a|b|",
	    "the next of argv's pages may not have been there");
	entry(10, 400, ARGV, "/x", 1, 2, 3, 4);
	fetched(10, 400, ARGV, 0, "a", "b");
	fetched(10, 400, ARGV, 2, "c", "d");
	path(10, 401, "/x");
	records(END);
	tap_ok(
	    !strstr(shown, "all"), "more than pointers are fetched: %s", shown);
}

/* /proc shows what the program got, not what the caller meant. */
static void
test_proc(void)
{
	begin_call(true);
	proc_says("/bin/sh\0./x\0y\0", 110 * MS);
	call(10, 100 * MS, "./x");
	path_note(10, 10, 101 * MS, "./x", read_sample(NULL, 10));
	is_records(109 * MS, "", "it may be of the next one");
	is_records(110 * MS, "exec 10 @101000000 ./x proc 3: /bin/sh|./x|y|",
	    "a script: /proc's word, though all were fetched");
	proc_says("next\0", 250 * MS);
	call(11, 200 * MS, "/x");
	path_note(11, 11, 201 * MS, "/x", read_sample(NULL, 11));
	renames(11, 240 * MS, "next");
	is_records(349 * MS, "", "a rename: is it of an exec?");
	is_records(350 * MS, "exec 11 @201000000 /x all 2: x|y|",
	    "unless another one came before it was read");
	proc_says("/bin/sh\0./x\0", 350 * MS);
	call(12, 300 * MS, "./x");
	returns(12, 301 * MS, 0);
	is_records(349 * MS, "", "asked where the return value shows it, too");
	is_records(350 * MS, "exec 12 @301000000 ./x proc 2: /bin/sh|./x|",
	    "and believed");
	proc.bytes = NULL;
	call(10, 400 * MS, "/x");
	path(10, 401 * MS, "/x");
	is_records(401 * MS, "exec 10 @401000000 /x all 2: x|y|",
	    "gone already: those of the call");
	tap_ok(exec_wants_sample(&j, &(struct raw_event){ .kind = RAW_RETURN }) &&
		exec_wants_sample(&j,
		    &(struct raw_event){
			.kind = RAW_EXEC, .text = "/x", .text_len = 2 }),
	    "it is asked at once");
	tap_ok(!exec_wants_sample(&j,
		   &(struct raw_event){ .kind = RAW_RETURN, .ret = -ENOENT }),
	    "not for a call that fails");
}

int
main(void)
{
	test_event();
	test_return();
	test_search();
	test_pages();
	test_proc();
	exec_free(&j);
	return tap_done();
}
