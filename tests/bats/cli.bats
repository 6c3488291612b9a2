#!/usr/bin/env bats
# The command line, and the files that -i reads (procsnoop-recording(5)).

load helper

# ---- usage ----

# The letters in the synopsis of the usage text.
usage_letters()
{
	sed -n '1,/--check/p' out | tr -d '\n' | sed 's/\[name\].*//' |
	    grep -o '\[-[A-Za-z]*' | tr -d '[\n-'
}

@test "-h: the usage on stdout, status 0" {
	tool -h
	[ "$status" -eq 0 ]
	[ ! -s err ]
	head -n 1 out | grep -q '^usage: execsnoop \[-'
	run grep -c . out
	[ "$output" -gt 15 ]
	refute grep -q '.\{81\}' out
}

@test "-V: name and version, status 0" {
	tool -V
	[ "$status" -eq 0 ]
	[ ! -s err ]
	grep -Eqx 'execsnoop \(procsnoop\) [0-9]+\.[0-9.]+' out
}

@test "the letters of the usage are those that are understood" {
	tool -h
	letters=$(usage_letters)
	[ "${#letters}" -gt 15 ]
	for c in {a..z} {A..Z} {0..9}; do
		tool -i "$DATA/plain.rec" "-$c"
		if [[ $letters == *$c* ]]; then
			[[ $REPLY != *"unknown option"* ]]
		else
			complained 2 "unknown option -$c"
		fi
	done
}

@test "the usage explains each letter of its synopsis, and no other" {
	tool -h
	synopsis=$(usage_letters | grep -o . | sort | tr -d '\n')
	lines=$(sed -n 's/^  -\([A-Za-z]\), --.*/\1/p' out | sort | tr -d '\n')
	[ "$synopsis" = "$lines" ]
}

@test "the manual has the same letters as the usage" {
	page=$TREE/man/execsnoop.8
	tool -h
	usage=$(usage_letters | grep -o . | sort | tr -d '\n')
	synopsis=$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCR/p' "$page" |
	    sed -n 's/^\.Op Fl \([A-Za-z]*\).*/\1/p' | grep -o . | sort |
	    tr -d '\n')
	list=$(sed -n 's/^\.It Fl \([A-Za-z]\).*/\1/p' "$page" \
	    "$TREE/man/procsnoop.8" | sort | tr -d '\n')
	echo "usage $usage synopsis $synopsis list $list"
	[ "$usage" = "$synopsis" ]
	[ "$usage" = "$list" ]
}

@test "--method takes a name, or as --row its number" {
	tool --method=ldso -i "$DATA/plain.rec"
	[ "$status" -eq 0 ]
	tool --method 3 -i "$DATA/plain.rec"
	[ "$status" -eq 0 ]
	tool --row=3 -i "$DATA/plain.rec"
	[ "$status" -eq 0 ]
	for wrong in ld 0 6 ''; do
		tool --method="$wrong" -i "$DATA/plain.rec"
		complained 2 "--method $wrong: start_thread, finalize_exec"
	done
}

@test "what is wrong stands above a short usage, not a long one" {
	for wrong in '-d 5s' '-p 0' '-l ('; do
		tool "${wrong% *}" "${wrong#* }"
		complained 2 "$wrong: "
		[ "${#lines[@]}" -le 6 ]
	done
	for wrong in --row=9 --row=0 '--duration 5s' --max-args=x --line=\(; do
		# shellcheck disable=SC2086 # words
		tool $wrong
		complained 2 "${wrong/=/ }: "
	done
	tool --proc=
	complained 2 "--proc : a directory is expected"
	tool --proc=/proc -i "$DATA/plain.rec"
	complained 2 "-i and --proc exclude each other"
	for wrong in -size:-k '-files:-k or --rotate'; do
		tool --keep${wrong%%:*}=5
		complained 2 "--keep${wrong%%:*} needs ${wrong#*:}"
	done
}

@test "--help and --version of all tools" {
	for t in execsnoop exitsnoop forksnoop proctree; do
		"$TREE/$t/$t" --help >out
		"$TREE/$t/$t" -h | cmp - out
		grep -q "^usage: $t " out
		refute grep -q '.\{81\}' out
		"$TREE/$t/$t" --version >out
		"$TREE/$t/$t" -V | cmp - out
	done
}

# same_option TOOL LETTER LONG...: each form does the same, and is named as it
# was given
same_option()
{
	local t=$1 letter=$2 form out err status=0 again

	shift 2
	# shellcheck disable=SC2086 # words
	"$TREE/$t/$t" -i "$DATA/plain.rec" $letter >out 2>err </dev/null || status=$?
	slurp out
	out=$REPLY
	slurp err
	err=$REPLY
	for form; do
		echo "$t $letter, $form"
		again=0
		# shellcheck disable=SC2086 # words
		"$TREE/$t/$t" --replay "$DATA/plain.rec" $form >out 2>err </dev/null ||
			again=$?
		[ "$status" -eq "$again" ]
		slurp out
		[ "$out" = "$REPLY" ]
		slurp err
		[ "$err" = "${REPLY/: ${form%%[ =]*} /: ${letter%% *} }" ]
	done
}

@test "a long option is the same as its letter, of all tools" {
	for t in execsnoop exitsnoop forksnoop proctree; do
		"$TREE/$t/$t" -h >usage
		# "  -x, --long argument  what it does"
		sed -n 's/^  \(-[A-Za-z]\), \(--[a-z-]*\) \([a-z]*\).*/\1 \2 \3/p' \
		    usage >pairs
		[ "$(wc -l <pairs)" -gt 12 ]
		while read -r letter long arg; do
			if [ -n "$arg" ]; then
				same_option "$t" "$letter 1" "$long 1" "$long=1"
				same_option "$t" "$letter 9x" "$long 9x" "$long=9x"
			else
				same_option "$t" "$letter" "$long"
			fi
		done <pairs
	done
}

@test "long options that are none, ambiguous, or with a wrong argument" {
	tool --nonesuch
	complained 2 "unknown option --nonesuch"
	tool --rec
	complained 2 "option --rec needs an argument"
	tool --re
	complained 2 "ambiguous option --re"
	tool --json=3
	complained 2 "option --json takes no argument"
	for long in row record replay duration buffer-size pid line max-args; do
		tool "--$long"
		complained 2 "option --$long needs an argument"
	done
	tool --vers
	[ "$status" -eq 0 ]
}

@test "an option that needs an argument says so" {
	for c in a b d i l p w; do
		tool "-$c"
		complained 2 "-$c"
	done
}

@test "numbers that are none, or too small, or too large" {
	for bad in '' x -1 1x ' 1' +1 0x10 1.5 100001 \
	    99999999999999999999; do
		tool -i "$DATA/plain.rec" -a "$bad"
		complained 2 "-a $bad"
	done
	for bad in '' x -1 1048577 99999999999999999999 4k; do
		tool -i "$DATA/plain.rec" -b "$bad"
		complained 2 "-b $bad"
	done
	for bad in '' x 0 0.0 . -1 1e3 1s inf nan 99999999999 1..2 ' 1' \
	    0.0000000001; do
		tool -d "$bad"
		complained 2 "-d $bad"
	done
	for bad in '' x 0 -1 1x 2147483648 99999999999999999999; do
		tool -i "$DATA/plain.rec" -p "$bad"
		complained 2 "-p $bad"
	done
}

@test "regular expressions that are none" {
	tool -i "$DATA/plain.rec" -l '('
	complained 2 "-l (: "
	tool -i "$DATA/plain.rec" '[a'
	complained 2 "[a: "
}

@test "regular expressions are matched byte by byte, in any locale" {
	printf '%s\n' 'procsnoop-recording 1' \
	    'exec 2.000000000 11 11 1 3 =x =/\xc5\xbc =x' \
	    'end 3.000000000' >bytes.rec
	for locale in C C.UTF-8; do
		for name in '^/..$' $'^/\xc5\xbc$' $'^/[^\xc4]\xbc$' \
		    '^/[^a-z]{2}$'; do
			LC_ALL=$locale tool -H -i bytes.rec "$name"
			[ "$(wc -l <out)" -eq 1 ]
		done
		LC_ALL=$locale tool -H -i bytes.rec '^/.$'
		[ ! -s out ]
	done
}

@test "no memory to match a regular expression: told, status 1" {
	echo 'int regexec(void) { return 12; } // REG_ESPACE' |
	    cc -w -x c -shared -fPIC -o none.so -
	for options in "make" "-l make" "-j make"; do
		# shellcheck disable=SC2086 # words
		LD_PRELOAD=$PWD/none.so ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 \
		    tool -H -i "$DATA/plain.rec" $options
		[ "$status" -eq 1 ]
		[ ! -s out ]
		[ "$(cat err)" = "execsnoop: Cannot allocate memory" ]
	done
}

@test "options that contradict each other, words too many" {
	tool -i "$DATA/plain.rec" -- true
	complained 2 "-i"
	tool -i "$DATA/plain.rec" -d 1
	complained 2 "-d"
	tool -i "$DATA/plain.rec" -w new
	complained 2 "-w"
	[ ! -e new ]
	tool -p 1 -- true
	complained 2 "-p"
	tool -i "$DATA/plain.rec" name another
	complained 2 "another"
	tool --
	complained 2 "command"
}

@test "a -- that is the argument of an option is no end of options" {
	tool -i "$DATA/plain.rec" -l --
	[ "$status" -eq 0 ]
	tool -i "$DATA/plain.rec" -l -- make
	[ "$status" -eq 0 ]
	tool -i "$DATA/plain.rec" --line -- make
	[ "$status" -eq 0 ]
	tool -i "$DATA/plain.rec" --line=-- make
	[ "$status" -eq 0 ]
	tool -i "$DATA/plain.rec" --line -- --
	complained 2 "command"
	tool -i "$DATA/plain.rec" name --json
	complained 2 "--json: not understood"
}

@test "without root: one line that says so, status 1, with a command 125" {
	dir=$(mktemp -d)
	chmod 755 "$dir"
	cp "$EXECSNOOP" "$dir/execsnoop"
	EXECSNOOP=$dir/execsnoop
	if [ "$(id -u)" -eq 0 ]; then
		cat >"$dir/as-nobody" <<-EOF
		#!/bin/sh
		exec setpriv --reuid=65534 --regid=65534 --clear-groups \
		    "$dir/execsnoop" "\$@"
		EOF
		chmod 755 "$dir/as-nobody"
		EXECSNOOP=$dir/as-nobody
	fi
	tool -d 1
	complained 1 "need root"
	tool -- true
	complained 125 "need root"
	rm -r "$dir"
}

# ---- files ----

@test "-i: a file that is not there, a directory, one that may not be read" {
	tool -i missing.rec
	complained 1 "missing.rec: No such file"
	mkdir dir
	tool -i dir
	complained 1 "dir: Is a directory (a file in it is expected)"
	cp "$DATA/plain.rec" secret.rec
	chmod 000 secret.rec
	if [ "$(id -u)" -eq 0 ]; then
		printf '#!/bin/sh\nexec setpriv --bounding-set %s "%s" "$@"\n' \
		    -dac_override,-dac_read_search "$EXECSNOOP" >weak
		chmod 755 weak
		EXECSNOOP=$PWD/weak
	fi
	tool -i secret.rec
	complained 1 "secret.rec: Permission denied"
}

@test "-i: an empty file, and empty standard input" {
	: >empty
	tool -i empty
	complained 1 "empty"
	tool -i -
	complained 1 "empty"
}

@test "-i: files that are something else" {
	printf 'hello\nworld\n' >words
	tool -i words
	complained 1 words
	printf '\n\n\n' >blank
	tool -i blank
	complained 1 blank
	head -c 4096 /dev/zero >zeros
	tool -i zeros
	complained 1 zeros
	tool -i "$EXECSNOOP"
	complained 1 "$EXECSNOOP"
	head -c 100000 /dev/urandom >noise
	tool -i noise
	complained 1 noise
	sed '1s/1$/2/' "$DATA/plain.rec" >later.rec
	tool -i later.rec
	complained 1 "later.rec: made by another version"
}

@test "-i: a recording that ends too early is told, at any byte" {
	slurp "$DATA/plain.rec"
	whole=$REPLY
	# The last line is "end 30.000000000".
	for ((n = 22; n < ${#whole} - 1; n += 7)); do
		printf %s "${whole:0:n}" >cut.rec
		tool -i cut.rec
		[ "$status" -eq 1 ]
		[[ $REPLY == "execsnoop: cut.rec: "* ]]
	done
}

@test "-i: a recording without its last line is shown, and told" {
	sed '$d' "$DATA/plain.rec" >cut.rec
	tool -i cut.rec
	[ "$(grep -c . out)" -eq 5 ]
	grep -q '^execsnoop: cut\.rec: .*incomplete' err
	[ "$status" -eq 1 ]
}

# corrupt SED...: with each of these edits the file is refused, by its line
corrupt()
{
	local edit

	for edit; do
		sed "$edit" "$DATA/plain.rec" >bad.rec
		refute cmp -s bad.rec "$DATA/plain.rec"
		tool -i bad.rec
		[ "$status" -eq 1 ]
		[ "$(grep -c '^execsnoop: bad\.rec: line [0-9]*: ' err)" -eq 1 ]
	done
}

@test "-i: a recording with fields that make no sense" {
	corrupt 's/^exec 20\.001000000/exec 20.001/' \
	    's/^exec 20\./exec x./' \
	    's/^exec 20\.001000000/exec 20.00100000x/' \
	    's/^exec 20\./exec -20./' \
	    's/^exec 20\./exec 99999999999999999999./' \
	    's/ 200 200 3 3 / 0 200 3 3 /' \
	    's/ 200 200 3 3 / -5 200 3 3 /' \
	    's/ 200 200 3 3 / 2147483648 200 3 3 /' \
	    's/ 200 200 3 3 / 200 200 2 3 /' \
	    's/ 200 200 3 3 / 200 200 4 3 /' \
	    's/ 200 200 3 3 / 200 200 3 4 /' \
	    's/ 200 200 3 3 / 200 200 3 0 /' \
	    's/ 200 200 3 3 / 200 200 -2 3 /' \
	    's/ =-l / -l /' \
	    's/ =-l / =\\q /' \
	    's/ =-l / =\\x4 /' \
	    's/ =-l / =\\x00 /' \
	    's/ =-l / =\\/' \
	    's/ =-l /  =-l /' \
	    's/ =ls =\/bin/ =0123456789abcdef =\/bin/' \
	    's/^task 10/tusk 10/' \
	    's/^fork 20\.000000000 200 100 1200011/& extra/' \
	    's/ 1200011 / 12g /' \
	    's/^exit 20.*/exit/' \
	    's/^boot .*/boot/' \
	    's/^end .*/end/' \
	    's/^end .*/lost -1/' \
	    's/^end .*/lost 1.000000000 -1/' \
	    's/^end .*/lost 1.000000000 1 1/'
}

@test "-i: a NUL in a recording" {
	sed 's/ =-l / =-\x00l /' "$DATA/plain.rec" >nul.rec
	tool -i nul.rec
	[ "$status" -eq 1 ]
	grep -q '^execsnoop: nul\.rec: line 8: ' err
}

@test "-i: what stood before the line that is wrong is shown" {
	sed 's/^fork 22/frok 22/' "$DATA/plain.rec" >bad.rec
	tool -H -i bad.rec
	[ "$status" -eq 1 ]
	diff -u - out <<-'EOF'
	   200    100 ls -l /tmp
	   201    100 make
	1234567    201 cc 1 2 3 4 5 6 7 [...]
	EOF
}
