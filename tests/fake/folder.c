/* The files of the fake, and what writing to them does. */
#include "fake.h"

#include <errno.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

char fake_root[PATH_MAX], fake_buffer[PATH_MAX];
int fake_version;

static FILE *
open_file(const char *mode, const char *format, va_list ap)
{
	char path[2 * PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/", fake_root);

	vsnprintf(path + n, sizeof path - (size_t)n, format, ap);
	return fopen(path, mode);
}

bool
fake_get(char *text, size_t size, const char *format, ...)
{
	va_list ap;
	FILE *f;

	va_start(ap, format);
	f = open_file("re", format, ap);
	va_end(ap);
	*text = '\0';
	if (!f)
		return false;
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
	return true;
}

void
fake_put(const char *text, const char *format, ...)
{
	va_list ap;
	FILE *f;

	va_start(ap, format);
	f = open_file("we", format, ap);
	va_end(ap);
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

bool
fake_arm(void)
{
	char kernel[64];

	return fake_get(kernel, sizeof kernel, "../kernel") &&
	    strstr(kernel, "arm64");
}

bool
fake_is_on(const char *format, ...)
{
	va_list ap;
	FILE *f;
	bool on;

	va_start(ap, format);
	f = open_file("re", format, ap);
	va_end(ap);
	on = f && getc(f) == '1';
	if (f)
		fclose(f);
	return on;
}

/* Call change with the enable file (below the root) of each event at or below
 * a folder; returns how many are on, and in *all how many there are. */
static int
each_event(const char *folder, void (*change)(const char *), int *all)
{
	char pattern[2 * PATH_MAX], *name;
	int on = 0;
	glob_t g;

	snprintf(pattern, sizeof pattern, "%s/%s/{,*/,*/*/}format", fake_root,
	    folder);
	*all = glob(pattern, GLOB_BRACE, NULL, &g) ? 0 : (int)g.gl_pathc;
	for (int i = 0; i < *all; i++) {
		name = g.gl_pathv[i] + strlen(fake_root) + 1;
		memcpy(strrchr(name, '/') + 1, "enable", 6); /* as long */
		if (change)
			change(name);
		on += fake_is_on("%s", name);
	}
	globfree(&g);
	return on;
}

/* "entries: ..." as ring_buffer.c has it; what is in trace was there before. */
static void
refresh_stats(const char *path)
{
	char text[512], trace[64], name[2 * PATH_MAX];
	struct stat st;
	int cpu = (int)strtol(strstr(path, "/cpu") + 4, NULL, 10), n;
	uint64_t now = pages_now(cpu) / 1000;
	size_t before;

	/* Not by opening it, which the tools notice. */
	snprintf(name, sizeof name, "%s/%strace", fake_root, fake_buffer);
	before = cpu == 0 && stat(name, &st) == 0 && st.st_size > 0;
	/* What a read in vain has skipped counts for ever. */
	if (pages_begun(cpu) && fake_get(trace, sizeof trace, "../skipped"))
		before += strtoul(trace, NULL, 10);
	n = snprintf(text, sizeof text,
	    "entries: %zu\noverrun: 0\n"
	    "commit overrun: 0\n",
	    pages_waiting(cpu) + before);
	/* The times are not in it on 2.6.32. */
	if (!fake_get(trace, sizeof trace, "../no-now"))
		n += snprintf(text + n, sizeof text - (size_t)n,
		    "bytes: 0\nnow ts: %5llu.%06llu\n",
		    (unsigned long long)(now / 1000000),
		    (unsigned long long)(now % 1000000));
	if (fake_version >= 306)
		snprintf(text + n, sizeof text - (size_t)n,
		    "dropped events: 0\nread events: 0\n");
	fake_put(text, "%s", path);
}

void
fake_refresh(const char *path)
{
	char folder[PATH_MAX];
	const char *base = strrchr(path, '/');
	int all, on;

	if (base && strcmp(base, "/stats") == 0)
		refresh_stats(path);
	if (!base || strcmp(base, "/enable") != 0)
		return;
	snprintf(folder, sizeof folder, "%.*s", (int)(base - path), path);
	on = each_event(folder, NULL, &all);
	fake_put(on == 0 ? "0\n" : on == all ? "1\n" : "X\n", "%s", path);
}

/*
 * The top-level buffer gets its size with the first event, or keeps the one it
 * has when a size is written.  Before 6.7 the first of any instance counts, and
 * all of them say so.
 */
static void
expand(const char *path, const char *size)
{
	char pattern[2 * PATH_MAX], text[64];
	bool one = fake_version < 607;
	glob_t g;

	if ((one || strncmp(path, "instances/", 10) != 0) &&
	    fake_get(text, sizeof text, "buffer_size_kb") && strchr(text, '('))
		fake_put(size ? size : "7\n", "buffer_size_kb");
	snprintf(pattern, sizeof pattern, "%s/instances/*/buffer_size_kb",
	    fake_root);
	if (!one || glob(pattern, 0, NULL, &g) != 0)
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *name = g.gl_pathv[i] + strlen(fake_root) + 1;

		if (fake_get(text, sizeof text, "%s", name) &&
		    strchr(text, '('))
			fake_put("1410\n", "%s", name);
	}
	globfree(&g);
}

static void
enable(const char *path)
{
	fake_put("1\n", "%s", path);
	expand(path, "1408\n");
}

static void
disable(const char *path)
{
	fake_put("0\n", "%s", path);
}

/* "field OP number && ..." */
int
fake_filter(
    const char *text, const struct format *f, const void *data, size_t len)
{
	char name[64], op[3];
	long long number, value;
	int n, pass = 1;

	if (strncmp(text, "none", 4) == 0)
		return 1;
	for (;; text += n + 2) {
		const struct field *field;

		n = 0;
		if (sscanf(text, " %63[a-z_A-Z0-9] %2[=!<>] %lli %n", name, op,
			&number, &n) != 3 ||
		    !(field = format_field(f, name)) || field->is_loc)
			return -1;
		value = data ? field_int(field, data, len) : 0;
		pass &= strcmp(op, "==") == 0 ? value == number :
		    strcmp(op, "!=") == 0     ? value != number :
		    strcmp(op, "<=") == 0     ? value <= number :
		    strcmp(op, ">=") == 0     ? value >= number :
		    *op == '<'		      ? value < number :
						value > number;
		if (!text[n])
			return pass;
		if (strncmp(text + n, "&&", 2) != 0)
			return -1;
	}
}

static int
set_filter(const char *path, const char *text)
{
	char format[FAKE_TEXT], line[FAKE_TEXT];
	static struct format f;

	if (!fake_get(format, sizeof format, "%.*sformat",
		(int)(strrchr(path, '/') + 1 - path), path) ||
	    format_parse(&f, format) != 0)
		return EINVAL;
	if (strcmp(text, "0") == 0)
		text = "none";
	else if (fake_filter(text, &f, NULL, 0) < 0)
		return EINVAL;
	snprintf(line, sizeof line, "%s\n", text);
	fake_put(line, "%s", path);
	return 0;
}

/* "[local] global": the one in brackets is in use. */
static int
choose_clock(const char *path, const char *name)
{
	char old[256], text[300] = "", *save = NULL, *p;
	bool found = false;

	fake_get(old, sizeof old, "%s", path);
	for (p = strtok_r(old, "[] \n", &save); p;
	     p = strtok_r(NULL, "[] \n", &save)) {
		bool this = strcmp(p, name) == 0;

		found |= this;
		snprintf(text + strlen(text), sizeof text - strlen(text),
		    this ? "%s[%s]" : "%s%s", *text ? " " : "", p);
	}
	if (!found)
		return EINVAL;
	strncat(text, "\n", sizeof text - strlen(text) - 1);
	fake_put(text, "%s", path);
	if (fake_version >= 310)
		pages_clear();
	return 0;
}

/* ftrace:print, whose number is always 5 (kernel/trace/trace.h). */
static void
mark(const char *text)
{
	size_t at = fake_version < 304 ? 16 : 8, len = strlen(text) + 1;
	uint8_t record[FAKE_TEXT] = { 5 };
	pid_t pid = getpid();

	memcpy(record + 4, &pid, 4);
	memcpy(record + at + 8, text, len);
	pages_add(0, pages_now(0), record, at + 8 + len);
}

int
fake_write(const char *path, const char *text)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	char word[FAKE_TEXT], folder[PATH_MAX];
	bool is_switch = strcmp(base, "enable") == 0 ||
	    strcmp(base, "tracing_on") == 0 || strstr(path, "options/");
	int all;

	if (strcmp(base, "kprobe_events") == 0)
		return probe_write(text);
	if (strcmp(base, "trace_marker") == 0)
		mark(text);
	if (strcmp(base, "trace_marker") == 0 || strcmp(base, "trace") == 0)
		return 0;
	snprintf(word, sizeof word, "%.*s", (int)strcspn(text, "\n"), text);
	if (is_switch && strcmp(word, "0") != 0 && strcmp(word, "1") != 0)
		return EINVAL;
	if (strcmp(base, "enable") == 0 && slash) {
		snprintf(
		    folder, sizeof folder, "%.*s", (int)(slash - path), path);
		each_event(folder, *word == '1' ? enable : disable, &all);
		return 0;
	}
	if (strcmp(base, "filter") == 0)
		return set_filter(path, word);
	if (strcmp(base, "trace_clock") == 0)
		return choose_clock(path, word);
	if ((strcmp(base, "buffer_size_kb") == 0 && atol(word) <= 0) ||
	    (strcmp(base, "current_tracer") == 0 && strcmp(word, "nop") != 0) ||
	    strcmp(base, "uprobe_events") == 0)
		return EINVAL;
	if (strcmp(base, "buffer_size_kb") == 0)
		expand(path, NULL);
	strncat(word, "\n", sizeof word - strlen(word) - 1);
	fake_put(word, "%s", path);
	return 0;
}

void
fake_run(const char *program, const char *option, const char *a, const char *b)
{
	extern char **environ;
	char *argv[] = { (char *)program, (char *)option, (char *)a, (char *)b,
		NULL };
	int status = -1;
	pid_t pid;

	if (posix_spawnp(&pid, program, NULL, NULL, argv, environ) != 0 ||
	    __real_waitpid(pid, &status, 0) != pid || status != 0)
		abort();
}

/* A new instance looks as the one that folder made, and has the probe events
 * that there are. */
int
fake_mkdir(const char *path)
{
	char from[2 * PATH_MAX], to[2 * PATH_MAX], size[64];
	static const char *const copied[] = { "per_cpu", "events", "options",
		"tracing_on", "trace", "trace_pipe", "trace_marker",
		"trace_clock", "buffer_size_kb" };
	int all;

	snprintf(to, sizeof to, "%s/../no-memory", fake_root);
	if (access(to, F_OK) == 0) {
		errno = ENOMEM;
		return -1;
	}
	snprintf(to, sizeof to, "%s/%s", fake_root, path);
	if (mkdir(to, 0700) != 0)
		return -1;
	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
		snprintf(from, sizeof from, "%s/%s", fake_root, copied[i]);
		fake_run("cp", "-r", from, to);
	}
	snprintf(to, sizeof to, "%s/events", path);
	each_event(to, disable, &all);
	fake_get(size, sizeof size, "buffer_size_kb");
	fake_put(strchr(size, '(') && fake_version < 607 ?
		"1410 (expanded: 1408)\n" :
		"1410\n",
	    "%s/buffer_size_kb", path);
	fake_put("", "%s/trace", path);
	snprintf(fake_buffer, sizeof fake_buffer, "%s/", path);
	return 0;
}

int
fake_rmdir(const char *path)
{
	char whole[2 * PATH_MAX];

	snprintf(whole, sizeof whole, "%s/%s", fake_root, path);
	if (access(whole, F_OK) != 0)
		return -1;
	/* From 4.0 to 5.8 while anybody reads any pipe. */
	snprintf(whole, sizeof whole, "%s/../busy", fake_root);
	if (access(whole, F_OK) == 0) {
		errno = EBUSY;
		return -1;
	}
	snprintf(whole, sizeof whole, "%s/%s", fake_root, path);
	fake_run("rm", "-r", whole, NULL);
	if (strncmp(fake_buffer, path, strlen(path)) == 0)
		*fake_buffer = '\0';
	return 0;
}
