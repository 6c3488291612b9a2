/*
 * The data: what proctree/svg/data.c wrote into <metadata>, in typed arrays,
 * by the place of a process in preorder: it is followed by all below it.
 */
const byId = (id) => document.getElementById(id);

/* n processes; times are microseconds, of 0 to T. */
const head = JSON.parse(byId('head').textContent);
const n = head.nodes, T = Math.max(head.end, 1);

/* Bits of flags. */
const BEFORE = 1, OPEN = 2, NOSTART = 4, COARSE = 8, FORKED = 16,
	THREAD = 32, NOEND = 64, GONE = 128;

const f64 = () => new Float64Array(n), i32 = () => new Int32Array(n);
const pid = i32(), parent = i32(), line = i32(), size = i32(),
	height = i32(), row = i32(), flags = new Uint8Array(n),
	failed = new Uint8Array(n);
const started = f64(), wall = f64(), cpu = f64(), start = f64(),
	end = f64(), extent = f64();

const status = new Array(n), details = new Array(n);
const lines = [], byNumber = [], byText = new Map();

/* The place in lines of what follows in a record: a number, and, for the
 * first time or if it is 0, the name, its colour, the line and how many
 * characters of it are missing, if any. */
function lineOf(r, first) {
	const [id, name, color, text, missing] = r.slice(first, first + 5);
	if (typeof name !== 'string')
		return byNumber[id];
	const both = name + '\n' + text;
	let k = id ? undefined : byText.get(both);
	if (k === undefined) {
		k = lines.length;
		lines.push({ name, color, text, hit: false,
			missing: typeof missing === 'number' ? missing : 0 });
		if (id)
			byNumber[id] = k;
		else
			byText.set(both, k);
	}
	return k;
}

function takeRecord(r, i, path) {
	const last = r[r.length - 1];
	pid[i] = r[1];
	parent[i] = r[0] ? path[r[0] - 1] : -1;
	path[r[0]] = i;
	started[i] = r[2];
	wall[i] = r[3];
	flags[i] = r[4];
	status[i] = r[5];
	failed[i] = r[5] > 0 || /^SIG/.test(r[5]) ? 1 : 0;
	line[i] = lineOf(r, 6);
	if (typeof last === 'object') {
		details[i] = last;
		if (last.g)
			extent[i] = Math.min(last.g[0] + last.g[1], T);
		if (last.u)
			cpu[i] = last.u[0];
		for (const x of last.x || [])
			x[1] = lineOf(x, 1);
	}
	start[i] = Math.min(Math.max(r[2], 0), T);
	end[i] = flags[i] & (OPEN | NOEND) ? T :
		Math.min(Math.max(r[2] + r[3], start[i]), T);
}

(function () {
	const path = [];
	let i = 0;
	for (const e of document.querySelectorAll('#data > metadata')) {
		for (const r of JSON.parse(e.textContent))
			takeRecord(r, i++, path);
		e.textContent = '';
	}
})();
