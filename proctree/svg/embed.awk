# embed.awk: the style sheet and the script of -o svg, packed, as bytes in C.
#
# usage: LC_ALL=C awk -f embed.awk style.css FILE.js ... >svg_text.c
#
# The scripts become one, in this order.  Indentation, empty lines and comments
# are left out; the ends of lines stay, so that no statement joins the next one.
# A comment has its lines to itself: a line that begins with one ends with it.
#
# What is left is packed, because it would be a tenth of the program otherwise;
# text.c says how, and unpacks it.  All numbers are integers below 2^53, so every
# awk packs alike.

BEGIN {
	TABLE = 1048573 # these as in text.c
	ORDERS = 6
	LETTERS = 6
	WORDS = 7
	NESTED = 8
	MODELS = 9
	DEPTH = 32
	ONE = 256
	SURE = 65536
	SHARE = 6000
	SLOW = 262144
	TOP = 16777216
	last_byte = depth = 0
	char[0] = char[10] = "\n"
	for (i = 0; i < 256; i++) {
		if (i && i != 10)
			char[i] = sprintf("%c", i)
		code[char[i]] = i
		log2[i] = log_of(5 * i + 1)
	}
	for (i = 0; i < (MODELS + 1 + 256) * MODELS; i++)
		share[i] = SHARE
	high = 4294967295
	print "/* Made from proctree/svg by embed.awk. */"
	print "#include \"svg/svg.h\"\n\nconst unsigned char svg_packed[] = {"
}

function fail(what) {
	print FILENAME ":" FNR ": " what | "cat 1>&2"
	bad = 1
}

function put(byte) {
	printf "%d,%s", byte, ++put_bytes % 20 ? "" : "\n"
}

# log2, a straight line from each power of 2 to the next.
function log_of(n,    power, whole) {
	whole = 0
	for (power = 1; n >= power * 2; power *= 2)
		whole += ONE
	return whole + int((n - power) * ONE / power)
}

# How likely a 1 is, by log2 of how much likelier than a 0.
function likely(bits,    size, odds) {
	size = bits < 0 ? -bits : bits
	if (size >= 16 * ONE)
		size = 16 * ONE - 1
	for (odds = ONE + size % ONE; size >= ONE; size -= ONE)
		odds *= 2
	return int(SURE * (bits < 0 ? ONE : odds) / (odds + ONE))
}

# A bit was seen again; what was seen often of the other one is halved.
function learn(seen, other, slot) {
	if (seen[slot] < 255)
		seen[slot]++
	if (other[slot] > 2)
		other[slot] = int(other[slot] / 2) + 1
}

# How likely the next bit is 1, of SURE.
function foretell(    k, a, b, both, sum) {
	both = sum = 0
	for (k = 0; k < MODELS; k++) {
		slot[k] = (hash[k] + node * 257) % TABLE + k * TABLE
		a = zero[slot[k]] + 0
		b = one[slot[k]] + 0
		says[k] = log2[b] - log2[a]
		if (a && b)
			both++
		else
			says[k] = int(says[k] * 3 / 2)
	}
	shares = both * MODELS
	others = (MODELS + 1 + last_byte) * MODELS
	for (k = 0; k < MODELS; k++)
		sum += (share[shares + k] + share[others + k]) * says[k]
	return likely(int(sum / SURE))
}

function pack_bit(bit,    k, middle, chance, more) {
	chance = foretell()
	middle = low + int((high - low) * chance / SURE)
	if (bit)
		high = middle
	else
		low = middle + 1
	for (k = 0; k < MODELS; k++) {
		more = int((bit * SURE - chance) * says[k] / SLOW)
		share[shares + k] += more
		share[others + k] += more
		if (bit)
			learn(one, zero, slot[k])
		else
			learn(zero, one, slot[k])
	}
	while (int(low / TOP) == int(high / TOP)) {
		put(int(low / TOP))
		low = low % TOP * 256
		high = high % TOP * 256 + 255
	}
}

function hash_with(h, byte) {
	return (h + byte + 1) * 4093 % TABLE
}

function is_letter(byte) {
	return byte >= 65 && byte <= 90 || byte >= 97 && byte <= 122
}

# The innermost bracket that is open after a byte.
function bracket(byte,    at) {
	at = index("([{", char[byte])
	if (at && ++depth == DEPTH)
		fail("too many brackets")
	if (at)
		opened[depth] = byte
	else if (index(")]}", char[byte]) && --depth < 0)
		fail("a bracket too many")
	return opened[depth] + 0
}

function pack(byte,    k, bit, rest) {
	rest = byte
	for (node = 1; node < 256; node = node * 2 + bit) {
		bit = rest >= 128
		pack_bit(bit)
		rest = rest % 128 * 2
	}
	for (k = ORDERS - 1; k > 0; k--)
		hash[k] = hash_with(hash[k - 1], byte)
	hash[LETTERS] = is_letter(byte) ? hash_with(hash[LETTERS], byte) : 0
	if (is_letter(last_byte) && !is_letter(byte))
		hash[WORDS] = 0
	hash[WORDS] = hash_with(hash[WORDS], byte)
	hash[NESTED] = hash_with(bracket(byte) * 257, byte)
	last_byte = byte
}

FNR == 1 {
	kind = FILENAME ~ /\.css$/ ? "style" : "script"
	if (last && kind != last)
		pack(0)
	last = kind
}

{
	gsub(/^[ \t]+|[ \t]+$/, "")
}

comment || /^\/\*/ {
	end = index($0, "*/")
	comment = !end
	if (end && end != length($0) - 1)
		fail("code after a comment")
	next
}

/^$/ {
	next
}

# The style sheet is text in XML, the script a CDATA section.
kind == "style" ? /[<&]/ : /]]>/ {
	fail("XML ends here")
}

{
	for (i = 1; i <= length($0); i++)
		if (!(c = code[substr($0, i, 1)]))
			fail("a character of several bytes: LC_ALL is not C")
		else
			pack(c)
	pack(10)
}

END {
	pack(0)
	for (i = 0; i < 4; i++) {
		put(int(low / TOP))
		low = low % TOP * 256
	}
	print "};"
	if (comment)
		fail("a comment without end")
	exit bad
}
