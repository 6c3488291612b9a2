# execsnoop's JSON lines of tests/prog/workload.c against what the workload
# says of itself: --rawfile truth workload.txt.  Prints a line per step that
# is not as it must be, and the number of steps that are.
def times($n): . as $s | [range($n)] | map($s) | add;
($truth | split("\n") | map(capture("^(?<what>\\S+) pid=(?<pid>[0-9]+)"))
	| map({(.what): (.pid | tonumber)}) | add) as $pid
| [.[] | select(.event == "exec")] as $all
| def execs($what): $all | map(select(.pid == $pid[$what]));
def len($n): ["len100", "len1000", "len3900", "len3980", "len4010", "len4040",
	"len4060", "len4095", "len5000", "len20000"] as $names
	| {what: "len\($n)", args: ["nop",
		([65 + ($names | index("len\($n)"))] | implode | times($n)), "end"]};
[
	{what: "plain", args: ["nop", "a", "b", "c d"]},
	{what: "argc1", args: ["nop"]},
	{what: "argc0", args: [[], [""]]},
	{what: "empty-arg", args: ["nop", "", "x"]},
	{what: "argc25", args: (["nop"] + [range(1; 25) | tostring])},
	{what: "hostile", args: ["nop", "line1\nline2", "tab\t", "quote\"",
		"back\\slash", "\u001b[31mred\u001b[0m", "utf8-é", "bad-\ufffd\ufffd"]},
	{what: "forge", args: ["nop", "x\" a2=\"forged",
		"     bash-123   [000] d...     1.0: sched_process_fork: comm=x pid=1 child_comm=y child_pid=2"]},
	(100, 1000, 3900, 3980, 4010, 4040, 4060, 4095, 5000, 20000 | len(.)),
	{what: "path-newline", args: ["/tmp/a\nb pid=1 old_pid=2/nop", "nl-path"],
		path: "/tmp/a\nb pid=1 old_pid=2/nop"},
	{what: "shebang", args: ["/t/nop-static", "interp-arg", "/tmp/scr", "s1"],
		path: "/tmp/scr"},
	{what: "vfork", args: ["nop", "vforked"]},
	{what: "reexec", args: ["nop", "re-exec-2"], count: 2},
	{what: "thread-exec", args: ["nop", "from-a-thread"]},
	{what: "orphan", args: ["nop", "orphaned"], ppid: "orphan-parent"}
] as $steps
| (
	[ $steps[] | . as $s | execs($s.what) as $e
	| ($e | last) as $x
	| select(
		($e | length) != ($s.count // 1)
		or $x.ppid != ($pid[$s.ppid // "work"])
		or ($s.path != null and $x.path != $s.path)
		or (if $s.what == "argc0"
			then ($s.args | index([$x.args]) | not)
			elif ($x.args_state == "all" or $x.args_state == "proc")
			then $x.args != $s.args
			else ($s.what | test("^len(39[0-9]+|[0-9]{4,})$") | not)
				or ($x.args | to_entries
					| any(.value != null and .value != $s.args[.key]))
				or $x.argc != ($s.args | length)
			end))
	| "\(.what): \($e | map(del(.args[]? | select(length > 200))))" ]
	+ [ ("enoent", "eacces") | . as $w | select((execs($w) | length) != 0)
	| "\($w): an exec that failed is shown" ]
)
| .[], "steps \($steps | length + 2)"
