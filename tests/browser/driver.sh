# A browser to be driven by a shell: WebDriver (W3C) through curl.
#
# needs: chromium, chromedriver, curl, jq

DRIVER_PID=
SESSION=

# wd METHOD path [json]: the value of the answer; status 1 if it is an error
wd()
{
	local body

	body=$(curl -sS -m 120 -X "$1" -H 'Content-Type: application/json' \
	    ${3:+--data-binary @-} "http://localhost:$PORT$2" <<<"${3-}") ||
		return
	jq -c .value <<<"$body"
	jq -e '.value | type != "object" or (has("error") | not)' \
	    <<<"$body" >/dev/null
}

# Start chromedriver on a free port, and a browser of 1280 x 800.
browser_start()
{
	local out=$1/chromedriver options

	: >"$out"
	chromedriver --port=0 >>"$out" 2>&1 &
	DRIVER_PID=$!
	for _ in {1..100}; do
		PORT=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' \
		    "$out")
		[ -z "$PORT" ] || break
		sleep 0.1
	done
	[ -n "$PORT" ] || return
	options=$(jq -cn --arg binary "$(command -v chromium)" \
	    --arg dark "${DARK:+--blink-settings=preferredColorScheme=0}" '{
		binary: $binary,
		args: (["--headless=new", "--no-sandbox", "--disable-gpu",
		    "--disable-dev-shm-usage", "--no-first-run",
		    "--window-size=1280,800", "--force-color-profile=srgb",
		    $dark] | map(select(. != "")))}')
	SESSION=/session/$(wd POST /session '{"capabilities":{"alwaysMatch":{
		"browserName":"chrome", "unhandledPromptBehavior": "ignore",
		"goog:loggingPrefs": {"browser": "ALL"},
		"goog:chromeOptions": '"$options"'}}}' | jq -r .sessionId)
	[ "$SESSION" != /session/null ] &&
	wd POST "$SESSION/goog/cdp/execute" '{"cmd": "Performance.enable",
	    "params": {"timeDomain": "threadTicks"}}' >/dev/null
}

browser_stop()
{
	[ -z "$SESSION" ] || wd DELETE "$SESSION" >/dev/null
	[ -z "$DRIVER_PID" ] || kill "$DRIVER_PID" 2>/dev/null
	SESSION='' DRIVER_PID=''
}

# Open a file, and wait for its load event.
open_file()
{
	wd POST "$SESSION/url" "$(jq -cn --arg f "file://$1" '{url: $f}')"
}

# What a JavaScript expression is, as text.
js()
{
	wd POST "$SESSION/execute/sync" \
	    "$(jq -cn --arg s "return $1" '{script: $s, args: []}')" | jq -r .
}

# act type action...: a pointer's, key's or wheel's, each as JSON
act()
{
	local type=$1

	shift
	wd POST "$SESSION/actions" "$(jq -cn --arg t "$type" '{actions: [{
		type: $t, id: $t, actions: $ARGS.positional}]}' \
	    --jsonargs "$@")" >/dev/null
}

move_to()
{
	act pointer '{"type":"pointerMove","duration":0,"x":'"$1"',"y":'"$2"'}'
}

click_at()
{
	move_to "$1" "$2" &&
	act pointer '{"type":"pointerDown","button":0}' \
	    '{"type":"pointerUp","button":0}'
}

drag()
{
	move_to "$1" "$2" &&
	act pointer '{"type":"pointerDown","button":0}' \
	    '{"type":"pointerMove","duration":50,"x":'"$3"',"y":'"$4"'}' \
	    '{"type":"pointerUp","button":0}'
}

# wheel x y dy
wheel()
{
	act wheel '{"type":"scroll","duration":0,"deltaX":0,
	    "x":'"$1"',"y":'"$2"',"deltaY":'"$3"'}'
}

# Press and release keys, one a character.
type_keys()
{
	local keys

	mapfile -t keys < <(jq -cn --arg s "$1" '$s | split("")[] |
	    {type: "keyDown", value: .}, {type: "keyUp", value: .}')
	act key "${keys[@]}"
}

KEY_ESC=$'\xee\x80\x8c' KEY_ENTER=$'\xee\x80\x87' KEY_CTRL=$'\xee\x80\x89'
KEY_LEFT=$'\xee\x80\x92' KEY_UP=$'\xee\x80\x93' KEY_RIGHT=$'\xee\x80\x94'
KEY_DOWN=$'\xee\x80\x95'

ctrl()
{
	act key '{"type":"keyDown","value":"'$KEY_CTRL'"}' \
	    '{"type":"keyDown","value":"'"$1"'"}' \
	    '{"type":"keyUp","value":"'"$1"'"}' \
	    '{"type":"keyUp","value":"'$KEY_CTRL'"}'
}

# A picture of the window, as PNG.
screenshot()
{
	wd GET "$SESSION/screenshot" | jq -r . | base64 -d >"$1"
}

# The CPU time of the page's thread since it was opened, in ms.
page_cpu()
{
	wd POST "$SESSION/goog/cdp/execute" \
	    '{"cmd": "Performance.getMetrics", "params": {}}' |
	    jq '[.metrics[] | select(.name == "ThreadTime").value * 1000][0] |
		round'
}
