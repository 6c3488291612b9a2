/*
 * signals: those that end a live trace.  They are blocked except in a wait, so
 * nothing is interrupted half-done.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

extern volatile sig_atomic_t signals_caught;	/* the last one, or 0 */
extern volatile sig_atomic_t signals_from_user; /* sent by a process, not by a
						   terminal */
extern sigset_t signals_while_waiting;		/* for ppoll(2) */
extern bool signals_asking;			/* USR1 asks for something, and
						   ends nothing */
extern volatile sig_atomic_t signals_asked;	/* it has */

/*
 * Catch and block them.  INT and QUIT that were ignored (a background job of a
 * script) are caught, too: it must be possible to stop a trace.  HUP that was
 * ignored, by nohup(1), stays ignored, and so do the others that would end the
 * tool (USR1, ALRM, XCPU, ...).  PIPE and XFSZ become errors of write(2).
 */
void signals_begin(void);

/* In a replay, which any other signal ends: USR1 asks. */
void signals_ask(void);

/* From here on a signal ends the tool: everything is undone. */
void signals_end(void);

/* In the child that is to run a command: restore what the tool was started
 * with. */
void signals_of_command(void);

/* Has one come that ends the tool, though it may still be blocked? */
bool signals_pending(void);

/* Wait until a descriptor can be written, at most ns nanoseconds (UINT64_MAX:
 * without a limit); let signals in meanwhile, each of which ends the wait.
 * After a first one no more are: they end the tool in signals_end.  Returns
 * false if it cannot be. */
bool signals_writable(int fd, uint64_t ns);

/* Let in the signals that came while they were blocked. */
void signals_poll(void);

#endif
