# embed.awk: the style sheet and the script of -o svg, as strings in C.
#
# usage: awk -f embed.awk style.css FILE.js ... >svg_text.c
#
# The scripts become one, in this order.  Indentation, empty lines and comments
# are left out; the ends of lines stay, so that no statement joins the next one.
# A comment has its lines to itself: a line that begins with one ends with it.

BEGIN {
	print "/* Made from proctree/svg by embed.awk. */"
	print "#include \"svg/svg.h\""
}

function fail(what) {
	print FILENAME ":" FNR ": " what | "cat 1>&2"
	bad = 1
}

FNR == 1 {
	kind = FILENAME ~ /\.css$/ ? "style" : "script"
	if (kind != last) {
		printf "%s\nconst char svg_%s[] =\n", last ? ";" : "", kind
		last = kind
	}
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
	gsub(/\\/, "&&")
	gsub(/"/, "\\\\&")
	gsub(/\?\?/, "?\"\"?") # no trigraphs
	printf "\"%s\\n\"\n", $0
}

END {
	print ";"
	if (comment)
		fail("a comment without end")
	exit bad
}
