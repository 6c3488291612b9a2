/*
 * probe: a place where an exec shows its arguments, and the method that it
 * belongs to.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/loader.h"

#define PROBE_SITES    24
#define PROBE_LEARNED  12  /* of them found while tracing */
#define PROBE_ARGS_MAX 128 /* most arguments fetched by probes */

enum method {
	METHOD_START_THREAD = 1,  /* kprobe, x86 */
	METHOD_FINALIZE_EXEC = 2, /* kprobe, 4.17+ */
	METHOD_LDSO = 3,	  /* uprobe at the dynamic loader's entry */
	METHOD_EXECVE = 4,	  /* kprobe at the entry of execve */
	METHOD_PROC = 5,	  /* no probe: /proc/PID/cmdline */
	METHOD_FAILED = 6	  /* entry of execve, for failed execs (-x) */
};

struct probe_site {
	enum method method;
	int index;		/* in the names of its events */
	bool user;		/* a uprobe */
	bool compat;		/* 32-bit programs: the number only */
	bool ustring;		/* fetch as user memory, where that differs */
	int group;		/* kernel: one place of each group is enough */
	bool program;		/* the entry of a static program: one event */
	char target[64];	/* symbol, or the open file and the offset */
	char path[LOADER_PATH]; /* user: of the file, to show */
	int fd;			/* user: the file, until it is armed */
	bool own;		/* user: may be run, as a self-test */
	const char *base;	/* fetch expression for BASE, or for argv */
	const char *name; /* execve, failed: that for the pointer to the path */
	/* failed, user: the program counter, where the next instruction is
	 * from there, and its bytes and more */
	const char *ip;
	size_t skip;
	uint64_t code[2];
	int args;      /* how many it fetches, once it is armed */
	size_t window; /* user: no strings, but so many bytes of them */
	dev_t dev;     /* user: which file */
	ino_t ino;
};

struct probe_list {
	int count;
	struct probe_site place[PROBE_SITES];
};

/* The name of a method: "ldso"; of METHOD_FAILED, "failed execs". */
const char *probe_method_name(enum method);

#endif
