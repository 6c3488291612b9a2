/*
 * traits: the working directory, program, terminal, session and login of each
 * task in the table.
 *
 * A fork copies them; what changes them is a call that is seen to begin and to
 * end, or an exec.  Else they are looked up in /proc, which is later than the
 * event: so that counts if no event between says that it may have changed.
 *
 * - A directory belongs to a thread, and most often to all of its process: what
 *   one thread changes is then looked up for each of them.  Of processes that
 *   share one (clone(2), CLONE_FS) it is not known.
 * - No event says that a session leader got a terminal, or that a task changed
 *   its login: that is known between two looks that agree.
 * - While one thread forks, another can change the directory: of such a fork
 * the child itself is looked up.
 */
#ifndef TASK_TRAITS_H
#define TASK_TRAITS_H

#include "task/table.h"

/* For struct traits. */
void traits_before(struct tasks *, struct event *);
void traits_after(struct tasks *, struct event *);
void traits_free(struct traits *, struct task *);

/* Look all tasks up. */
void traits_look(struct tasks *);

#endif
