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
	TABLE = 131071 # as in text.c
	LONGEST = 3
	TOP = 16777216
	for (i = 1; i < 256; i++)
		code[sprintf("%c", i)] = i
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

# A bit was seen again; what was seen often of the other one is halved.
function learn(seen, other, slot) {
	if (seen[slot] < 255)
		seen[slot]++
	if (other[slot] > 2)
		other[slot] = int(other[slot] / 2) + 1
}

# How likely the next bit is 1, of 65536, by the counts of each length.
function foretell(    k, slot, a, b, order, weight, zeros, ones) {
	zeros = ones = order = 1
	for (k = 0; k <= LONGEST; k++) {
		slot = slots[k] = (hash[k] + node * 257) % TABLE + k * TABLE
		a = zero[slot] + 0
		b = one[slot] + 0
		order *= 2
		weight = order * (a && b ? 1 : 4)
		zeros += weight * a
		ones += weight * b
	}
	return int(ones * 65536 / (zeros + ones))
}

function pack_bit(bit,    k, middle) {
	middle = low + int((high - low) * foretell() / 65536)
	if (bit)
		high = middle
	else
		low = middle + 1
	for (k = 0; k <= LONGEST; k++)
		if (bit)
			learn(one, zero, slots[k])
		else
			learn(zero, one, slots[k])
	while (int(low / TOP) == int(high / TOP)) {
		put(int(low / TOP))
		low = low % TOP * 256
		high = high % TOP * 256 + 255
	}
}

function pack(byte,    k, bit, rest) {
	rest = byte
	for (node = 1; node < 256; node = node * 2 + bit) {
		bit = rest >= 128
		pack_bit(bit)
		rest = rest % 128 * 2
	}
	for (k = LONGEST; k > 0; k--)
		hash[k] = (hash[k - 1] + byte + 1) * 7919 % TABLE
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
