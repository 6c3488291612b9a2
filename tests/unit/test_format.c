/*
 * format: every format file of the recordings against a second reading of
 * it, hand-written ones of other kernels, nonsense, and truncated text.
 *
 * usage: test_format [directory of the recordings]
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ring/format.h"
#include "tap.h"

#define TEXT_MAX 8192

static struct format f;

/* ---- real ones ---- */

static bool
read_text(const char *path, char *text)
{
	FILE *file = fopen(path, "r");
	size_t n;

	if (!file)
		return false;
	n = fread(text, 1, TEXT_MAX - 1, file);
	text[n] = '\0';
	fclose(file);
	return n > 0;
}

/* Does field i say what this line of the file says? */
static bool
same_field(const char *line, int i)
{
	const struct field *x = &f.fields[i];
	char decl[128], name[64];
	unsigned offset, size, is_signed;
	size_t n;

	if (i >= f.count ||
	    sscanf(line,
		"\tfield:%127[^;];\toffset:%u;\tsize:%u"
		";\tsigned:%u;",
		decl, &offset, &size, &is_signed) != 4)
		return false;
	if (decl[strlen(decl) - 1] == ']' && !x->is_loc)
		*strrchr(decl, '[') = '\0';
	snprintf(name, sizeof name, "%s", strrchr(decl, ' ') + 1);
	n = strlen("__data_loc");
	return strcmp(x->name, name) == 0 && x->offset == offset &&
	    x->size == size && x->is_signed == is_signed &&
	    x->is_loc == (strncmp(decl, "__data_loc", n) == 0) && !x->is_rel;
}

static void
check_text(const char *path, char *text)
{
	int fields = 0, id = 0, good = 0;

	tap_is_int(format_parse(&f, text), 0, "%s: parses", path);
	for (char *l = text; l; l = strchr(l, '\n'), l += l != NULL) {
		if (strncmp(l, "\tfield:", 7) == 0)
			good += same_field(l, fields++);
		sscanf(l, "ID: %d", &id);
	}
	tap_is_int(f.id, id, "%s: id", path);
	tap_is_int(f.count, fields, "%s: number of fields", path);
	tap_is_int(good, fields, "%s: fields", path);
}

/* Every beginning of a format: no crash, never more than the whole has. */
static void
check_truncated(const char *path, const char *text)
{
	size_t len = strlen(text);
	int all, more = 0;

	format_parse(&f, text);
	all = f.count;
	for (size_t n = 0; n < len; n++) {
		char *cut = malloc(n + 1);	/* reading behind it is seen */

		memcpy(cut, text, n);
		cut[n] = '\0';
		if (format_parse(&f, cut) == 0)
			more += f.count > all || f.count < 1;
		free(cut);
	}
	tap_is_int(more, 0, "%s: truncated", path);
}

static int
test_kernel(const char *dir, const char *kernel)
{
	char path[1024], text[TEXT_MAX];
	struct dirent *d;
	int files = 0;
	DIR *formats;

	snprintf(path, sizeof path, "%s/%s/formats", dir, kernel);
	formats = opendir(path);
	while (formats && (d = readdir(formats))) {
		snprintf(path, sizeof path, "%s/%s/formats/%s", dir, kernel,
		    d->d_name);
		if (d->d_name[0] == '.' || !read_text(path, text))
			continue;
		check_truncated(path, text);
		check_text(path, text);
		files++;
	}
	if (formats)
		closedir(formats);
	return files;
}

static void
test_recorded(const char *dir)
{
	DIR *kernels = opendir(dir);
	struct dirent *d;
	int files = 0;

	if (!kernels)
		err(1, "%s", dir);
	while ((d = readdir(kernels)))
		if (d->d_name[0] != '.')
			files += test_kernel(dir, d->d_name);
	closedir(kernels);
	tap_ok(files > 60, "format files of the recordings");
}

/* ---- hand-written ones ---- */

#define HEAD "name: x\nID: 5\nformat:\n"
#define LINE(decl, offset, size) \
	"\tfield:" decl ";\toffset:" offset ";\tsize:" size ";\tsigned:1;\n"

/* One field's declaration gives this name. */
static void
is_name(const char *text, const char *name)
{
	tap_is_int(format_parse(&f, text), 0, "%s: parses", name);
	tap_ok(format_field(&f, name) == &f.fields[0], "%s: its name", name);
}

static void
test_names(void)
{
	is_name(HEAD LINE("char parent_comm[TASK_COMM_LEN]", "12", "16"),
	    "parent_comm");	/* 2.6.32 */
	is_name(HEAD LINE("const char * filename", "16", "8"), "filename");
	is_name(HEAD LINE("const char *const *argv", "16", "8"), "argv");
	is_name(HEAD LINE("unsigned long args[6]", "16", "48"), "args");
	is_name(HEAD LINE("char a[2][3]", "16", "6"), "a");
	is_name(HEAD LINE("__data_loc char[] path", "8", "4"), "path");
	is_name(HEAD LINE("__rel_loc char[] path", "8", "4"), "path");
	tap_ok(f.fields[0].is_rel && !f.fields[0].is_loc, "__rel_loc");
	is_name(HEAD LINE("int a", "0", "4") LINE("int b", "4", "4"), "a");
	tap_ok(format_field(&f, "b") == &f.fields[1], "the second field");
	tap_ok(!format_field(&f, "c") && !format_field(&f, "") &&
	    !format_field(&f, "common_pid"), "no such field");
	is_name(HEAD LINE("u8 a_name_of_thirty_nine_characters_is_ok_",
	    "0", "1"), "a_name_of_thirty_nine_characters_is_ok_");
}

static void
is_nonsense(const char *text, const char *what)
{
	errno = 0;
	tap_ok(format_parse(&f, text) == -1 && errno == EINVAL,
	    "nonsense: %s", what);
}

static void
test_nonsense(void)
{
	is_nonsense("", "nothing");
	is_nonsense("hello\nworld\n", "prose");
	is_nonsense(HEAD, "no field");
	is_nonsense(LINE("int a", "0", "4"), "no id");
	is_nonsense("ID: 0\n" LINE("int a", "0", "4"), "id 0");
	is_nonsense("ID: -1\n" LINE("int a", "0", "4"), "id -1");
	is_nonsense("ID: x\n" LINE("int a", "0", "4"), "id x");
	is_nonsense("ID: 65536\n" LINE("int a", "0", "4"), "id too large");
	is_nonsense("ID: 4294967301\n" LINE("int a", "0", "4"),
	    "id far too large");
	is_nonsense(HEAD "\tfield:int a;\tsize:4;\n", "no offset");
	is_nonsense(HEAD "\tfield:int a;\toffset:0;\n", "no size");
	is_nonsense(HEAD LINE("int a", "-4", "4"), "negative offset");
	is_nonsense(HEAD LINE("int a", "0", "-4"), "negative size");
	is_nonsense(HEAD LINE("int a", "1048577", "4"), "offset too large");
	is_nonsense(HEAD LINE("int a", "99999999999999999999", "4"),
	    "offset far too large");
	is_nonsense(HEAD LINE("int a", "", "4"), "an empty offset");
	is_nonsense(HEAD LINE("int a", "0", "x"), "a size of letters");
	is_nonsense(HEAD "\tfield:int a\toffset:0\tsize:4\n", "no semicolon");
	is_nonsense(HEAD LINE("", "0", "4"), "no name");
	is_nonsense(HEAD LINE("int ", "0", "4"), "an empty name");
	is_nonsense(HEAD LINE("int [4]", "0", "4"), "only a bracket");
	is_nonsense(HEAD LINE("u8 a_name_of_40_characters_is_one_too_many_",
	    "0", "1"), "a name too long");
	is_nonsense(HEAD LINE("__data_loc char[] a", "0", "8"),
	    "__data_loc of 8 bytes");
	is_nonsense(HEAD LINE("__rel_loc char[] a", "0", "2"),
	    "__rel_loc of 2 bytes");
	is_nonsense(HEAD LINE("int a", "0", "4") "\tfield:int b;\n",
	    "a second field without anything");
}

static void
test_many(void)
{
	char text[8192] = HEAD;
	size_t n = strlen(text);

	for (int i = 0; i < FORMAT_FIELDS + 9; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		    LINE("int f%d", "%d", "4"), i, 4 * i);
	tap_is_int(format_parse(&f, text), 0, "many fields");
	tap_is_int(f.count, FORMAT_FIELDS, "the first ones");
	tap_ok(format_field(&f, "f0") && format_field(&f, "f47") &&
	    !format_field(&f, "f48"), "by name");
}

static void
test_header(void)
{
	tap_is_int(format_parse_header(&f, "\tfield: u64 timestamp;\toffset:0;"
	    "\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;"
	    "\tsize:8;\tsigned:1;\n"), 0, "header_page");
	tap_ok(f.count == 2 && format_field(&f, "commit") &&
	    format_field(&f, "commit")->offset == 8, "its fields");
	tap_is_int(format_parse_header(&f, "\ttype: 5 bits\n"), -1,
	    "no header_page");
}

/* ---- fields ---- */

static const unsigned char record[24] = { 0xff, 0xfe, 0xff, 0xff, 0x80, 1, 2, 3,
	'a', 'b', '\0', 'c', 'd', 'e', 'f', 'g' };

static void
is_value(size_t offset, size_t size, bool is_signed, size_t len, int64_t want)
{
	struct field x = { .offset = offset, .size = size,
		.is_signed = is_signed };
	unsigned char *r = malloc(len);	/* reading behind it is seen */

	memcpy(r, record, len);
	tap_is_int(field_int(&x, r, len), want, "%zu bytes at %zu of %zu%s",
	    size, offset, len, is_signed ? ", signed" : "");
	free(r);
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static void
test_int(void)
{
	is_value(0, 1, false, 24, 0xff);
	is_value(0, 1, true, 24, -1);
	is_value(0, 2, false, 24, 0xfeff);
	is_value(0, 2, true, 24, (int16_t)0xfeff);
	is_value(0, 4, false, 24, 0xfffffeff);
	is_value(0, 4, true, 24, -257);
	is_value(4, 4, true, 24, 0x03020180);
	is_value(0, 8, true, 24, 0x03020180fffffeff);
	is_value(1, 4, false, 24, 0x80fffffe);
	is_value(0, 3, false, 24, 0);
	is_value(0, 16, false, 24, 0);
	is_value(20, 4, true, 24, 0);
	is_value(4, 4, true, 8, 0x03020180);
	is_value(5, 4, true, 8, 0);
	is_value(4, 8, true, 8, 0);
	is_value(9, 1, true, 8, 0);
	is_value(1 << 20, 8, true, 8, 0);
	is_value(0, 1, true, 0, 0);
}
#else
static void
test_int(void)
{
	is_value(0, 2, false, 24, 0xfffe);
}
#endif

/* A string field of a record: loc is stored at offset 16 if it is one. */
static void
is_string(struct field x, uint32_t loc, size_t len, const char *want,
    const char *name)
{
	unsigned char *r = calloc(1, len);
	size_t n = 99;
	const char *s;

	memcpy(r, record, len < sizeof record ? len : sizeof record);
	if (x.is_loc || x.is_rel)
		memcpy(r + 16, &loc, len < 20 ? len - 16 : 4);
	s = field_str(&x, r, len, &n);
	if (!want)
		tap_ok(s == NULL, "%s", name);
	else
		tap_ok(s && n == strlen(want) && memcmp(s, want, n) == 0, "%s",
		    name);
	free(r);
}

static void
test_string(void)
{
	struct field array = { .offset = 8, .size = 4 };
	struct field loc = { .offset = 16, .size = 4, .is_loc = true };
	struct field rel = { .offset = 16, .size = 4, .is_rel = true };

	is_string(array, 0, 24, "ab", "char[4] with a NUL");
	is_string(array, 0, 12, "ab", "char[4] at the end");
	is_string(array, 0, 11, NULL, "char[4] that is cut");
	array.offset = 12;
	is_string(array, 0, 16, "defg", "char[4] without a NUL");
	array.size = 0;
	is_string(array, 0, 16, NULL, "char[0]");
	is_string(loc, 3u << 16 | 8, 24, "ab", "__data_loc");
	is_string(loc, 2u << 16 | 8, 24, "ab", "__data_loc without a NUL");
	is_string(loc, 1u << 16 | 10, 24, "", "__data_loc of only a NUL");
	is_string(loc, 8, 24, NULL, "__data_loc of nothing: failed");
	is_string(loc, 4u << 16 | 20, 24, "", "__data_loc up to the end");
	is_string(loc, 5u << 16 | 20, 24, NULL, "__data_loc beyond the end");
	is_string(loc, 1u << 16 | 24, 24, NULL, "__data_loc behind the end");
	is_string(loc, 0xffffffff, 24, NULL, "__data_loc far behind");
	is_string(loc, 3u << 16 | 8, 19, NULL, "__data_loc that is cut");
	is_string(loc, 3u << 16 | 0x1008, 0x1010, "", "__data_loc far away");
	is_string(rel, 2u << 16 | 2, 24, "", "__rel_loc");
	is_string(rel, 4u << 16, 24, "", "__rel_loc from its end");
	is_string(rel, 5u << 16, 24, NULL, "__rel_loc beyond the end");
	is_string(rel, 0, 24, NULL, "__rel_loc of nothing: failed");
}

/* Without "signed:" (2.6.32): by the type. */
static void
test_unsigned(void)
{
	static const char old[] = "name: x\nID: 7\nformat:\n"
	    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\n"
	    "\tfield:int common_pid;\toffset:4;\tsize:4;\n"
	    "\tfield:s32 ret;\toffset:8;\tsize:4;\n"
	    "\tfield:u32 w;\toffset:12;\tsize:4;\n"
	    "\tfield:char comm[TASK_COMM_LEN];\toffset:16;\tsize:16;\n"
	    "\tfield:const char * buf;\toffset:32;\tsize:8;\n"
	    "\tfield:size_t n;\toffset:40;\tsize:8;\n";
	static const char *const has[] = { "common_pid", "ret", "comm" };
	static const char *const none[] = { "common_type", "w", "buf", "n" };
	struct format old_format;

	tap_is_int(format_parse(&old_format, old), 0, "no \"signed:\"");
	for (int i = 0; i < 3; i++)
		tap_ok(format_field(&old_format, has[i])->is_signed, "%s is signed",
		    has[i]);
	for (int i = 0; i < 4; i++)
		tap_ok(!format_field(&old_format, none[i])->is_signed,
		    "%s is not", none[i]);
	tap_is_int((int)format_field(&old_format, "comm")->size, 16,
	    "char[TASK_COMM_LEN]");
}

int
main(int argc, char **argv)
{
	test_recorded(argc > 1 ? argv[1] : "tests/data/recordings");
	test_names();
	test_nonsense();
	test_many();
	test_header();
	test_unsigned();
	test_int();
	test_string();
	return tap_done();
}
