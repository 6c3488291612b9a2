/*
 * owner: which process of ours made something in tracefs, and whether it runs.
 *
 * Nothing in tracefs belongs to a process: after SIGKILL an instance and its
 * probes stay.  So every name carries its owner: the tool, the pid and the
 * start time of the process (a reused pid is not the owner), and the namespaces
 * of both when they are not the first ones.
 *
 * PIDs of another namespace mean nothing here, and containers come and go with
 * all that is in them.  So the owner also holds a lock for as long as it lives,
 * fcntl(2), on the byte of tracefs' README that its name stands for.  Tracefs
 * is the same in every container, and the kernel releases the lock with the
 * process.
 */
#ifndef OWNER_H
#define OWNER_H

#include <stdbool.h>

#define OWNER_NAME 64 /* longest event group, kernel/trace */

/* Name this process as the owner of something of tracefs, OWNER_NAME bytes,
 * and take its lock.  Returns 0, or -1 with errno: there is no /proc. */
int owner_begin(char *name, int tracefs, const char *tool);

/* From now on locks can be asked for. */
void owner_open(int tracefs);

/* Is this the name (separator '-') or the group (separator '_') of one of our
 * tools whose owner is known to be dead? */
bool owner_is_dead(const char *name, char separator);

/* Which of our tools does a name or a group begin with?  Or NULL. */
const char *owner_tool(const char *name, char separator);

/* Is this the name of one of our tools? */
bool owner_is_ours(const char *name);

/* The group that belongs to a name, OWNER_NAME bytes. */
void owner_group(char *group, const char *name);

#endif
