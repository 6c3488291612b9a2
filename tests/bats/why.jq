# The numbers of the verdicts of proctree -a -o json once more, from its processes
# alone: {kind, name, has, should}, for each that differs.  Times are cut to
# microseconds, so of each step of time one may be missing.

def counted:
	. as $d | .summary.start as $origin |
	(if $d.critical then 1 else 0 end) as $root |
	[.processes[] | select((.thread | not) and .start != null and
	    (.state == "ended" or .state == "running") and
	    (.start >= $origin or .id == $root)) |
	    .from = ([.start, $origin] | max) |
	    .to = (.end // $d.summary.end)];

# Of each time between two beginnings or ends: the processes that are leaves.
def steps($all):
	[$all[] | .from, .to] | unique | . as $times |
	[range(length - 1) | . as $i | $times[$i] as $at |
	    [$all[] | select(.from <= $at and $at < .to)] |
	    [.[].parent] as $parents |
	    { at: $at, ns: ($times[$i + 1] - $at),
	      leaf: [.[] | select(.id as $id | $parents | index($id) | not)] }];

def below($id; $by):
	def up: if . == null then false elif . == $id then true
	    else $by[. - 1].parent | up end;
	up;

def name: (if .args[0] then .args[0] else .path // .comm end) |
	if startswith("/") then sub(".*/(?<x>.)"; "\(.x)")
	else split(" ") | .[0] |= sub(".*/(?<x>.)"; "\(.x)") | join(" ") end;
def sum(f): [.[] | f // 0] | add // 0;
def failed: .state == "ended" and ((.exit // 0) != 0 or .signal != null);
def ended: [.[] | select(.state == "ended")];

# What should be, by the names of the numbers.
def truth($d; $v; $all):
	if $v.kind == "serial" then
		$d.critical[-1].to as $last |
		[steps($all)[] | select(.at < $last and
		    (.leaf | sum([.threads, 1] | max) == 1))] |
		{ one: sum(.ns), wall: ($last - $d.critical[0].from),
		  in: ([.[] | select(.leaf[0].id | below($v.id; $d.processes))] |
		      sum(.ns)),
		  cpus: $d.cpus }
	elif $v.kind == "cpus" then
		{ wait: ($all | sum(.wait)), cpus: $d.cpus,
		  wait_least: ($all | any(.wait == null)),
		  most: ([steps($all)[].leaf | sum([.threads, 1] | max)] | max),
		  wall: (if $d.critical
		      then $d.critical[-1].to - $d.critical[0].from
		      else $d.summary.end - $d.summary.start end) }
	elif $v.kind == "command" then
		($d.processes[$v.id - 1] | name) as $name |
		[$all[] | select(name == $name)] |
		{ count: length, cpu: sum(.cpu // .cpu_min),
		  cpu_least: any(.cpu == null) }
	elif $v.kind == "line" then
		$d.processes[$v.id - 1] as $p |
		{ count: ([$all[] | select((.execs | length) > 0 and
		    .args == $p.args and .path == $p.path)] | length) }
	elif $v.kind == "short" then
		[$all | ended[] | select(.end - .start < 0.01)] as $short |
		[$all | ended[] | select(.end - .start >= 0.01)] as $long |
		($short | sum(.cpu // .cpu_min)) as $a |
		($short | sum(.cpu // .cpu_max)) as $b |
		($long | sum(.cpu // .cpu_min)) as $c |
		($long | sum(.cpu // .cpu_max)) as $e |
		{ count: ($short | length), percent_min: (100 * $a / ($a + $e)),
		  percent_max: (100 * $b / ($b + $c)) }
	else
		[$all[] | select(failed)] |
		{ failed: length, at: ((map(.end) | min) - $d.summary.start) }
	end;

def near($x; $unit): (. - $x) as $d | $d < $unit and $d > -$unit;

. as $d | counted as $all | $d.verdicts[] | . as $v | truth($d; $v; $all) as $t |
to_entries[] | select(.key as $k |
    ["kind", "text", "id", "from", "to"] | index($k) | not) |
. as $has | $t[.key] as $should |
select(if .value == null or $should == null or (.value | type) == "boolean"
    then .value != $should
    elif .key | startswith("percent") then .value | near($should; 1.01) | not
    elif .key | test("^(count|failed|most|cpus)$") then .value != $should
    else .value | near($should; 0.000002 * (4 + ($all | length))) | not end) |
{ kind: $v.kind, name: .key, has: .value, should: $should }
