/*
 * command: the program after --, which waits until command_go.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

struct command {
	pid_t pid;  /* 0: none */
	int go;	    /* a byte here starts it */
	int failed; /* the child writes errno of a failed exec here */
	bool ended;
	int status; /* as in a shell: exit code, or 128 + signal */
	int error;  /* errno of an exec that failed, else 0 */
};

/* Fork it; it waits.  prepare() is called in the child.  Returns 0, or -1 with
 * errno. */
int command_start(struct command *, char *const *argv, void (*prepare)(void));

/* Start it.  Returns 0, or -1 with errno of its exec; it has then ended with
 * status 126 or 127, as in a shell. */
int command_go(struct command *);

/* Has it ended?  Then reaps it and sets status. */
bool command_ended(struct command *);

/* The first process of a pid namespace inherits all orphans: if this tool is
 * that process, reap them.  Call it while the command is the only child. */
void command_reap(struct command *);

/* Wait until it has ended. */
void command_wait(struct command *);

/* Pass a signal on. */
void command_signal(const struct command *, int sig);

/* End it, unless command_go was called. */
void command_cancel(struct command *);

#endif
