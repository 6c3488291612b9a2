# The bytes of a JSON string of ours, in hexadecimal; "-" when there are none.
#
# Bytes that are not UTF-8 are lone surrogates, which jq (1.6) replaces.  So
# `our_json` of helper.bash puts U+F780 to U+F7FF in their place; 63360 to
# 63487 here.
def bytes:
	explode[] |
	if . >= 63360 and . <= 63487 then . - 63232
	elif . < 128 then .
	elif . < 2048 then 192 + (. / 64 | floor), 128 + . % 64
	elif . < 65536 then 224 + (. / 4096 | floor),
	    128 + (. / 64 | floor) % 64, 128 + . % 64
	else 240 + (. / 262144 | floor), 128 + (. / 4096 | floor) % 64,
	    128 + (. / 64 | floor) % 64, 128 + . % 64
	end;

def digit:
	if . < 10 then . + 48 else . + 87 end;

def hex:
	[bytes | (. / 16 | floor | digit), (. % 16 | digit)] | implode |
	if . == "" then "-" else . end;
