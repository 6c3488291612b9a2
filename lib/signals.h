/*
 * signals: those that ask a live trace to end.  They are blocked but while we
 * wait, so nothing is interrupted half-done.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>

extern volatile sig_atomic_t signals_caught;	/* the one that asked, or 0 */
extern volatile sig_atomic_t signals_from_user; /* sent by a process, not by a
						   terminal */
extern sigset_t signals_while_waiting;		/* for ppoll(2) */

/*
 * INT and QUIT that the parent ignores (a background job of a script) end us
 * nevertheless: a trace must be stoppable.  HUP that is ignored is the wish
 * of nohup(1), and so are the others that would end a process without its undo
 * (USR1, ALRM, XCPU, ...).  PIPE and XFSZ become errors of write(2).
 */
void signals_begin(void);

/* Everything is undone: from here on a signal just ends us.  A background job
 * of a script ignores INT and QUIT; a trace must be stoppable. */
void signals_end(void);

/* In the child that is to run a command: what we were given. */
void signals_of_command(void);

/* Has a signal come while all were blocked? */
void signals_poll(void);

#endif
