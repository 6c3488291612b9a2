/* The names of methods and places, as users see them. */
#include "trace/probe.h"

const char *
probe_method_name(enum method method)
{
	static const char *const names[] = {
		[METHOD_START_THREAD] = "start_thread",
		[METHOD_FINALIZE_EXEC] = "finalize_exec",
		[METHOD_LDSO] = "ldso",
		[METHOD_EXECVE] = "execve",
		[METHOD_PROC] = "proc",
		[METHOD_FAILED] = "failed execs"
	};

	return names[method];
}
