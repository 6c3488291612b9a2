/*
 * numbered: the next number, how many are kept, and what others have put there.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/numbered.h"
#include "tap.h"

static char dir[] = "/tmp/numbered.XXXXXX";
static struct error error;

static int
exists(const char *name)
{
	struct stat st;

	return lstat(name, &st) == 0;
}

static void
put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
}

static off_t
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? st.st_size : -1;
}

/* Returns the number of a new file, or -1. */
static int
create(int keep)
{
	int n = -1, fd = numbered_next("f", false, keep, &n, &error);

	if (fd < 0)
		return -1;
	close(fd);
	return n;
}

static int
publish(int keep, const char *text)
{
	int n = -1, fd = numbered_begin("f", true, &error);

	if (fd < 0)
		return -1;
	if (write(fd, text, strlen(text)) < 0)
		abort();
	close(fd);
	return numbered_next("f", true, keep, &n, &error) == 0 ? n : -1;
}

static void
test_numbers(void)
{
	struct stat st;

	umask(0);
	tap_is_int(numbered_check("f", &error), 0, "a directory");
	tap_is_int(create(0), 1, "the first");
	tap_ok(stat("f.1", &st) == 0 && (st.st_mode & 07777) == 0600,
	    "only its owner reads it");
	tap_is_int(create(0), 2, "the second");
	tap_is_int(publish(0, "whole"), 3, "the third, once it is complete");
	tap_ok(size_of("f.3") == 5 && !exists("f.new"), "as it was written");
	put("f.9", "");
	put("f.09", "");
	put("f.12x", "");
	put("f.1234567890", "");
	put("ff.20", "");
	tap_is_int(create(0), 10, "after the last, not in a gap");
	tap_is_int(create(3), 11, "three are kept");
	tap_ok(!exists("f.1") && !exists("f.2") && !exists("f.3") &&
		exists("f.9") && exists("f.10"),
	    "and no more");
	tap_ok(exists("f.09") && exists("f.12x") && exists("f.1234567890") &&
		exists("ff.20"),
	    "and what is not one of them");
}

static void
test_others(void)
{
	put("victim", "precious");
	tap_ok(symlink("victim", "f.12") == 0, "a link at the next number");
	tap_is_int(create(0), 13, "is passed by");
	tap_is_int(publish(0, "x"), 14, "and so is");
	tap_ok(mkfifo("f.15", 0600) == 0, "a FIFO");
	tap_is_int(publish(1, "x"), 16, "and");
	tap_ok(mkdir("f.17", 0700) == 0, "a directory");
	tap_is_int(create(1), 18, "when all others are removed");
	tap_ok(exists("f.12") && exists("f.15") && exists("f.17") &&
		size_of("victim") == 8,
	    "and nothing became of them");
	tap_ok(symlink("victim", "f.new") == 0, "a link at FILE.new");
	tap_is_int(numbered_begin("f", true, &error), -1, "is not followed");
	tap_ok(strncmp(error.text, "f.new: ", 7) == 0 && size_of("victim") == 8,
	    "but told: %s", error.text);
	numbered_begin("f", false, &error);
	tap_ok(exists("f.new"), "and not removed");
	unlink("f.new");
	put("f.new", "torn");
	tap_is_int(publish(0, "new"), 19, "what is left of a killed tool");
	tap_is_int(size_of("f.19"), 3, "is replaced");
	if (geteuid() != 0 || chown("f.19", 65534, 65534) != 0)
		return;
	tap_is_int(create(1), 20, "a number that another user has");
	tap_ok(exists("f.19"), "stays");
	put("f.new", "other");
	if (chown("f.new", 65534, 65534) != 0)
		abort();
	tap_is_int(numbered_begin("f", true, &error), -1, "and FILE.new of one");
	tap_is_int(size_of("f.new"), 5, "as it is");
	unlink("f.new");
}

static void
test_directory(void)
{
	tap_ok(numbered_check("none/f", &error) == -1 && error.code == ENOENT,
	    "no directory: %s", error.text);
	tap_ok(numbered_check("f.17/", &error) == -1, "no name: %s",
	    error.text);
	tap_is_int(numbered_begin("none/f", true, &error), -1, "nothing begins there");
	numbered_begin("none/f", false, &error);
	tap_is_int(numbered_check("./f.17/f", &error), 0, "another directory");
	int n, fd = numbered_next("./f.17/f", false, 0, &n, &error);
	tap_ok(fd >= 0 && n == 1 && exists("f.17/f.1"), "has its own numbers");
	close(fd);
}

static int
remove_one(const char *name, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(name);
}

int
main(void)
{
	if (!mkdtemp(dir) || chdir(dir) != 0)
		return 1;
	test_numbers();
	test_others();
	test_directory();
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return tap_done();
}
