/*
 * command: the program behind --, which waits until it is let go.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

struct command {
	pid_t pid;  /* 0: none */
	int go;	    /* a byte here starts it */
	int failed; /* errno of the exec comes here */
	bool ended;
	int status; /* as a shell has it: exit code, or 128 + signal */
	int error;  /* errno of an exec that failed, else 0 */
};

/* Fork it; it waits.  prepare is called in the child.  Returns 0, or -1 with
 * errno. */
int command_start(struct command *, char *const *argv, void (*prepare)(void));

/* Let it go.  Returns 0, or -1 with errno set by its exec; it has then ended
 * with status 126 or 127, as a shell would say. */
int command_go(struct command *);

/* Has it ended?  Reaps it and sets status. */
bool command_ended(struct command *);

/* Wait until it has. */
void command_wait(struct command *);

/* Pass a signal on. */
void command_signal(const struct command *, int sig);

/* It must not run after all: end it, unless command_go was called. */
void command_cancel(struct command *);

#endif
