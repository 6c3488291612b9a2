/*
 * The style sheet and the script, which embed.awk packed.  The first 31,729
 * bytes of it took 10,362; as pairs of bytes that become one byte, they would
 * have taken 17,789, with deflate 11,039 and a larger program.
 *
 * Each bit is predicted from how often it was 0 and 1 before, after the same
 * bits of its byte and the same 0, 1, 2 and 3 bytes before that; an arithmetic
 * coder stores what that leaves open.  A longer context weighs more, as does
 * one after which the bit was always the same.
 */
#include "svg/svg.h"

#include <string.h>

#define TABLE	131071 /* a prime; counts of each length, by hash */
#define LONGEST 3

static struct {
	const unsigned char *next;
	uint32_t low, high, value;  /* the coder's range, and where in it */
	uint32_t hash[LONGEST + 1]; /* of the last k bytes */
	unsigned char seen[(LONGEST + 1) * TABLE][2];
} text;

static void
start_text(void)
{
	memset(&text, 0, sizeof text);
	text.next = svg_packed;
	text.high = UINT32_MAX;
	for (int i = 0; i < 4; i++)
		text.value = text.value << 8 | *text.next++;
}

/* Is the next bit 1, if it was seen so often, of all times? */
static int
decode_bit(uint32_t ones, uint32_t all)
{
	uint64_t share = (uint64_t)ones * 65536 / all;
	uint32_t middle = text.low +
	    (uint32_t)((text.high - text.low) * share / 65536);
	int bit = text.value <= middle;

	if (bit)
		text.high = middle;
	else
		text.low = middle + 1;
	while ((text.low ^ text.high) >> 24 == 0) {
		text.low <<= 8;
		text.high = text.high << 8 | 255;
		text.value = text.value << 8 | *text.next++;
	}
	return bit;
}

/* The next bit of a byte: its earlier bits are node, after a 1. */
static int
next_bit(uint32_t node)
{
	uint32_t sum[2] = { 1, 1 };
	unsigned char *seen[LONGEST + 1];
	int bit;

	for (uint32_t k = 0; k <= LONGEST; k++) {
		uint32_t weight = 2u << k;

		seen[k] =
		    text.seen[(text.hash[k] + node * 257) % TABLE + k * TABLE];
		if (!seen[k][0] || !seen[k][1])
			weight *= 4;
		sum[0] += weight * seen[k][0];
		sum[1] += weight * seen[k][1];
	}
	bit = decode_bit(sum[1], sum[0] + sum[1]);
	for (int k = 0; k <= LONGEST; k++) {
		unsigned char *same = &seen[k][bit], *other = &seen[k][!bit];

		*same += *same < 255 ? 1 : 0;
		if (*other > 2)
			*other = *other / 2 + 1;
	}
	return bit;
}

static unsigned
next_byte(void)
{
	uint32_t node = 1;

	while (node < 256)
		node = node * 2 + (uint32_t)next_bit(node);
	for (int k = LONGEST; k > 0; k--)
		text.hash[k] = (text.hash[k - 1] + node - 255) * 7919 % TABLE;
	return node - 256;
}

static void
put_text(struct buf *b)
{
	unsigned c;

	while ((c = next_byte()) != 0)
		buf_putc(b, (char)c);
}

void
svg_style(struct buf *b)
{
	start_text();
	put_text(b);
}

void
svg_script(struct buf *b)
{
	put_text(b);
}
