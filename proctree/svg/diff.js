/*
 * Two recordings: the bars are of the second, each with a line below it where
 * the process was in the first; what is gone is drawn as a frame, in its place.
 * The list has what differs, the largest difference first.
 */
const differs = byId('diff') ? JSON.parse(byId('diff').textContent) : null;
const isGone = (i) => flags[i] & GONE;

/* When a process was there in the first recording, or undefined. */
const ghostOf = (i) => (details[i] || {}).g;

function drawGhost(i, y) {
	const [from, long] = ghostOf(i);
	const a = Math.max(round(xOf(from)), -20);
	const b = Math.min(round(xOf(from + long)), W + 20);
	if (b > a)
		addPath('ghost', `M${a} ${y + BAR}H${b}v3H${a}z`);
}

function ghostFacts(i) {
	if (isGone(i))
		return [['recording', 'only the first (A)']];
	if (!differs)
		return [];
	const g = ghostOf(i);
	return [['in A', g ? duration(g[1]) + ' at ' + duration(g[0]) :
		'it was not there']];
}

/* The path of names that leads to each process, as a number. */
let pathNumbers = null;

function numberPaths() {
	const known = new Map();
	pathNumbers = i32();
	for (let i = 0; i < n; i++) {
		const up = parent[i] < 0 ? -1 : pathNumbers[parent[i]];
		const path = up + ' ' + lines[line[i]].name;
		if (!known.has(path))
			known.set(path, known.size);
		pathNumbers[i] = known.get(path);
	}
}

function pressDifference(i, button) {
	const on = button.getAttribute('aria-pressed') === 'true';
	closeRows();
	zoom(-1);
	if (on)
		return;
	button.setAttribute('aria-pressed', 'true');
	if (!pathNumbers)
		numberPaths();
	mark((k) => pathNumbers[k] === pathNumbers[i]);
	pointTo(i);
}

/* What changed of a path: the time of its processes themselves, their number,
 * or their time in all. */
function changeText([, , k, l, self0, self1, wall0, wall1]) {
	const known = (a, b) => (k === 0 || a >= 0) && (l === 0 || b >= 0);
	const change = (a, b) => {
		const by = Math.max(b, 0) - Math.max(a, 0);
		return (by < 0 ? '−' : '+') + brief(Math.abs(by));
	};
	if (known(self0, self1) && Math.abs(self1 - self0) >= 1e4)
		return change(self0, self1);
	if (k !== l || !known(wall0, wall1))
		return number(k) + ' → ' + number(l);
	return change(wall0, wall1) + ' in all';
}

function addDifferences() {
	const MOST = 200, SIGN = ['=', '+', '−', '~'];
	add(side, HTML, 'h2', {}, 'What differs');
	add(side, HTML, 'p', { 'class': 'soft' }, differs.length ?
		'By path of names: how much longer they were there ' +
		'themselves, or how many there were.' : 'Nothing.');
	const list = add(side, HTML, 'ul');
	for (const d of differs.slice(0, MOST)) {
		const [kind, path] = d, i = d[8];
		const button = addRow(list, (e) => pressDifference(i, e));
		button.setAttribute('aria-pressed', 'false');
		add(button, HTML, 'span', { 'aria-label': ['same', 'added',
			'gone', 'changed'][kind] }, SIGN[kind]);
		add(button, HTML, 'span', {}, path.length > 90 ?
			'…' + path.slice(-89) : path);
		add(button, HTML, 'span', { 'class': 'share' },
			changeText(d));
	}
	if (differs.length > MOST)
		add(side, HTML, 'p', { 'class': 'soft' }, 'and ' +
			number(differs.length - MOST) + ' more');
}
