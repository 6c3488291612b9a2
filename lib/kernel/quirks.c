/* What this kernel does wrong, or has switched off, by its release. */
#include "kernel/quirks.h"

#include <fcntl.h>
#include <sys/utsname.h>

#include "kernel/proc.h"
#include "base/file.h"
#include "base/number.h"

/* 408 for Linux 4.8 */
static unsigned long
release_number(void)
{
	struct utsname u;
	char *rest;
	unsigned long major;

	uname(&u);
	major = number_parse(u.release, &rest);
	return 100 * major + (*rest == '.' ? number_parse(rest + 1, NULL) : 0);
}

bool
quirk_reads_blank(void)
{
	return release_number() < 404;
}

bool
quirk_filters_all(void)
{
	return !quirk_filters_shift() &&
	    (release_number() < 310 || release_number() >= 511);
}

bool
quirk_filters_shift(void)
{
	return release_number() < 300;
}

/*
 * What a uprobe fetches goes into a page, and before 373b9338c972 (6.12) beyond
 * it, too, when the strings are long; since then there is a WARN of it.
 */
const char *
quirk_strings_unsafe(void)
{
	if (release_number() < 612)
		return "Linux before 6.12";
	return proc_sysctl("panic_on_warn") ? "panic_on_warn" : NULL;
}

bool
quirk_kprobes_usable(int tracefs, struct error *error)
{
	static const char file[] = "/sys/kernel/debug/kprobes/enabled";
	char enabled[4] = "";

	if (!file_exists(tracefs, "kprobe_events")) {
		error_set(error, "this kernel has no kprobe_events");
		return false;
	}
	file_read(AT_FDCWD, file, enabled, sizeof enabled);
	if (*enabled == '0')
		error_set(error, "kprobes are switched off (echo 1 >%s)", file);
	return *enabled != '0';
}

bool
quirk_namespaces_renumber(void)
{
	return release_number() < 308;
}

bool
quirk_oom_as_kill(void)
{
	return release_number() < 420;
}
