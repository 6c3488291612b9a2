/*
 * restart: what execve(2) returns inside of the kernel, and no program sees.
 */
#ifndef RESTART_H
#define RESTART_H

#include <stdbool.h>
#include <stdint.h>

/*
 * ERESTARTNOINTR, linux/errno.h: a signal came while another thread executes,
 * or a debugger attaches; the call begins again.  ERESTARTNOHAND: one that ends
 * the process came (count(), copy_strings(), fs/exec.c).
 */
static inline bool
is_restart(int64_t ret)
{
	return ret == -513 || ret == -514;
}

#endif
