/*
 * The style sheet and the script, which embed.awk packed.  51,279 bytes of it
 * took 12,783; xz would have taken 15,988, and a larger program.
 *
 * Nine models predict each bit, from how often it was 0 and 1 before, after the
 * same bits of its byte and: the same 0, 1, 2, 3, 4 or 5 bytes before that; the
 * same letters; the same letters, and what is between them and the word before;
 * the same byte, in the same kind of brackets.  Each gives log2 of how much
 * likelier a 1 is than a 0.  Their sum is the prediction, in which the share of
 * a model grows when it was right; an arithmetic coder stores what that leaves
 * open.
 */
#include "svg/svg.h"

#define TABLE	1048573 /* a prime; counts of each model, by hash */
#define ORDERS	6	/* models by the last 0 to 5 bytes */
#define LETTERS ORDERS
#define WORDS	(ORDERS + 1)
#define NESTED	(ORDERS + 2)
#define MODELS	(ORDERS + 3)
#define ONE	256    /* 1.0, of a log2 */
#define DEPTH	32     /* brackets in each other */
#define SURE	65536  /* 1.0, of a probability or a share */
#define SHARE	6000   /* of each model at first */
#define SLOW	262144 /* a share grows by error * log2 / SLOW */

/* What a model knows of a bit, and predicts. */
struct opinion {
	unsigned char *seen; /* how often it was 0, and 1 */
	int log;	     /* log2 of how much likelier 1 is than 0 */
};

static struct {
	const unsigned char *next;
	uint32_t low, high, value;   /* the coder's range, and where in it */
	uint32_t hash[MODELS];	     /* of what must be the same */
	unsigned last;		     /* byte */
	unsigned open[DEPTH], depth; /* brackets */
	int log[256];		     /* log2 of how often a bit was seen */
	/* By how many models have seen both a 0 and a 1, and by last. */
	int share[MODELS + 1 + 256][MODELS];
	unsigned char seen[MODELS][TABLE][2];
} text;

/* log2, a straight line from each power of 2 to the next. */
static int
log_of(int n)
{
	int power = 1, log = 0;

	for (; n >= power * 2; power *= 2)
		log += ONE;
	return log + (n - power) * ONE / power;
}

static void
start_text(void)
{
	text.next = svg_packed;
	text.high = UINT32_MAX;
	for (int i = 0; i < 4; i++)
		text.value = text.value << 8 | *text.next++;
	for (int i = 0; i < 256; i++)
		text.log[i] = log_of(5 * i + 1);
	for (int i = 0; i < MODELS + 1 + 256; i++)
		for (int k = 0; k < MODELS; k++)
			text.share[i][k] = SHARE;
}

/* How likely a 1 is, of SURE, by log2 of how much likelier than a 0. */
static int
likely(int log)
{
	int size = log < 0 ? -log : log;
	int odds;

	if (size >= 16 * ONE)
		size = 16 * ONE - 1;
	odds = (ONE + size % ONE) << size / ONE;
	return (int)((int64_t)SURE * (log < 0 ? ONE : odds) / (odds + ONE));
}

static int
decode_bit(int likely_one)
{
	uint64_t range = text.high - text.low;
	uint32_t middle = text.low +
	    (uint32_t)(range * (unsigned)likely_one / SURE);
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

/* The bit was seen again; what was seen often of the other one is halved. */
static void
learn(unsigned char *seen, int bit)
{
	unsigned char *same = &seen[bit], *other = &seen[!bit];

	*same += *same < 255 ? 1 : 0;
	if (*other > 2)
		*other = *other / 2 + 1;
}

/* The next bit of a byte: its earlier bits are node, after a 1. */
static int
next_bit(uint32_t node)
{
	struct opinion by[MODELS];
	int *share = text.share[0], *other = text.share[MODELS + 1 + text.last];
	int one, bit;
	int64_t sum = 0;

	for (int k = 0; k < MODELS; k++) {
		unsigned char *seen =
		    text.seen[k][(text.hash[k] + node * 257) % TABLE];

		by[k].seen = seen;
		by[k].log = text.log[seen[1]] - text.log[seen[0]];
		if (seen[0] && seen[1])
			share += MODELS;
		else
			by[k].log = by[k].log * 3 / 2;
	}
	for (int k = 0; k < MODELS; k++)
		sum += (int64_t)(share[k] + other[k]) * by[k].log;
	one = likely((int)(sum / SURE));
	bit = decode_bit(one);
	for (int k = 0; k < MODELS; k++) {
		int more = (bit * SURE - one) * by[k].log / SLOW;

		share[k] += more;
		other[k] += more;
		learn(by[k].seen, bit);
	}
	return bit;
}

static uint32_t
hash_with(uint32_t hash, unsigned byte)
{
	return (hash + byte + 1) * 4093 % TABLE;
}

static bool
is_letter(unsigned byte)
{
	return (byte | 32) - 'a' < 26;
}

/* The innermost bracket that is open after a byte. */
static unsigned
bracket(unsigned byte)
{
	if (byte == '(' || byte == '[' || byte == '{')
		text.open[++text.depth] = byte;
	else if (byte == ')' || byte == ']' || byte == '}')
		text.depth--;
	return text.open[text.depth];
}

static unsigned
next_byte(void)
{
	uint32_t node = 1, *hash = text.hash;
	unsigned byte;

	while (node < 256)
		node = node * 2 + (uint32_t)next_bit(node);
	byte = node - 256;
	for (int k = ORDERS - 1; k > 0; k--)
		hash[k] = hash_with(hash[k - 1], byte);
	hash[LETTERS] = is_letter(byte) ? hash_with(hash[LETTERS], byte) : 0;
	if (is_letter(text.last) && !is_letter(byte))
		hash[WORDS] = 0;
	hash[WORDS] = hash_with(hash[WORDS], byte);
	hash[NESTED] = hash_with(bracket(byte) * 257, byte);
	text.last = byte;
	return byte;
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
