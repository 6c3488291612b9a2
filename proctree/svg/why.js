/*
 * The list beside the chart: verdicts, each with the numbers it rests on, and
 * the critical path.  It is of buttons, so that keys and screen readers get to
 * all of it.
 */
const [sideFrame, side] = addFrame('side');
side.setAttribute('role', 'region');
side.setAttribute('aria-label', 'Why it took its time');

/* What the numbers of verdicts are called. */
const MEANING = {
	one: 'with one process at work', wall: 'in all', cpus: 'CPUs',
	in: 'of it in that process', wait: 'waiting for a CPU',
	most: 'at work at once, at most', count: 'processes',
	cpu: 'CPU time', percent_min: 'of CPU time, at least',
	percent_max: 'of CPU time, at most', at: 'at', failed: 'failed',
};

function numberText(unit, value, least) {
	return (least ? 'at least ' : '') + (unit === 's' ? duration(value) :
		number(value) + (unit && ' ' + unit));
}

/* Which processes a verdict is about: a function of their place. */
function concerns(v) {
	const p = v.process;
	const within = (i) => i >= p && i < p + size[p];
	/* As why_counts: place 0 is the root of a path. */
	const before = (i) => flags[i] & BEFORE && !(segments && i === 0);
	const counts = (i) => !before(i) &&
		!(flags[i] & (THREAD | NOSTART | NOEND | GONE));
	return {
		command: (i) => counts(i) &&
			lines[line[i]].name === lines[line[p]].name,
		line: (i) => counts(i) && line[i] === line[p] &&
			!(flags[i] & FORKED),
		'short': (i) => counts(i) && !(flags[i] & OPEN) &&
			wall[i] < 1e4,
		failure: (i) => counts(i) && failed[i],
		cpus: (i) => counts(i) && (statesOf(i) || { wait: 0 }).wait > 0,
		serial: within,
	}[v.kind];
}

/* No row of the list is pressed: nothing is marked. */
function closeRows() {
	for (const name of ['aria-expanded', 'aria-pressed'])
		for (const e of side.querySelectorAll(`[${name}]`))
			e.setAttribute(name, 'false');
	for (const old of side.querySelectorAll('dl'))
		old.remove();
	bandFrom = bandTo = 0;
	clearSearch();
}

/* A button that closes the others of its list when it is pressed. */
function addRow(list, press) {
	const li = add(list, HTML, 'li');
	const button = add(li, HTML, 'button', { 'class': 'row' });
	button.addEventListener('click', () => press(button, li));
	return button;
}

const expanded = (button) => button.getAttribute('aria-expanded') === 'true';

/* The numbers of a verdict, its processes marked and its time. */
function pressVerdict(v, button, li) {
	const open = expanded(button);
	closeRows();
	zoom(-1);
	if (open)
		return;
	button.setAttribute('aria-expanded', 'true');
	const dl = add(li, HTML, 'dl');
	for (const [name, unit, value, least] of v.numbers) {
		add(dl, HTML, 'dt', {}, MEANING[name]);
		add(dl, HTML, 'dd', {}, numberText(unit, value, least));
	}
	bandFrom = v.from || 0;
	bandTo = v.to || 0;
	if (bandTo > bandFrom) {
		add(dl, HTML, 'dt', {}, 'the longest part');
		add(dl, HTML, 'dd', {}, duration(bandTo - bandFrom) + ' at ' +
			duration(bandFrom));
	}
	mark(concerns(v));
	if (v.kind === 'failure')
		pointTo(v.process);
}

function addVerdicts() {
	add(side, HTML, 'h2', {}, 'What took the time');
	if (!why.verdicts.length)
		add(side, HTML, 'p', { 'class': 'soft' },
			'Nothing stands out.');
	const list = add(side, HTML, 'ul');
	for (const v of why.verdicts) {
		const button = addRow(list, (...x) => pressVerdict(v, ...x));
		button.setAttribute('aria-expanded', 'false');
		add(button, HTML, 'span', {}, '•');
		add(button, HTML, 'span', {}, cut(v.text, 300));
	}
}

/* The sums of the path: of each process, or of each name. */
function pathSums(key) {
	const sums = new Map();
	for (let k = 0; k < segments; k++) {
		const i = pathOf[k], d = pathFrom[k + 1] - pathFrom[k];
		const s = sums.get(key(i)) || { i, time: 0, longest: 0 };
		s.time += d;
		if (d > s.longest) {
			s.longest = d;
			s.i = i;
		}
		sums.set(key(i), s);
	}
	return [...sums.values()].sort((a, b) => b.time - a.time);
}

function addPathRows(title, sums, name, press) {
	const MOST = 30, all = pathFrom[segments] - pathFrom[0];
	add(side, HTML, 'h2', {}, title);
	const list = add(side, HTML, 'ul');
	for (const s of sums.slice(0, MOST)) {
		const button = addRow(list, () => press(s.i));
		addSwatch(button, 'c' + lines[line[s.i]].color);
		add(button, HTML, 'span', {}, cut(name(s.i), 70));
		add(button, HTML, 'span', { 'class': 'share' }, brief(s.time));
		add(button, HTML, 'span', { 'class': 'share' },
			Math.round(s.time / all * 100) + ' %');
	}
	const rest = sums.slice(MOST).reduce((t, s) => t + s.time, 0);
	if (rest)
		add(side, HTML, 'p', { 'class': 'soft' }, 'and ' +
			number(sums.length - MOST) + ' more: ' +
			brief(rest));
}

function addCriticalPath() {
	const nameOf = (i) => lines[line[i]].name;
	add(side, HTML, 'h2', {}, 'Critical path: ' +
		duration(pathFrom[segments] - pathFrom[0]));
	const waits = waited.filter((x) => x).length;
	const seen = waited.filter((x) => x === 2).length;
	add(side, HTML, 'p', { 'class': 'soft' }, 'What the end waited for: ' +
		'at each moment the child that ended last before. ' +
		`${number(seen)} of ${number(waits)} waits were seen` +
		(seen < waits ? '; the others are worked out from when ' +
			'processes began and ended (dotted).' : '.'));
	addPathRows('By command, itself', pathSums(nameOf), nameOf, (i) => {
		closeRows();
		zoom(-1);
		mark((k) => onPath[k] && nameOf(k) === nameOf(i));
	});
	addPathRows('By process', pathSums((i) => i), labelOf, (i) => {
		closeRows();
		zoom(i);
		pointTo(i);
	});
}

if (differs)
	addDifferences();
if (why) {
	addVerdicts();
	if (segments)
		addCriticalPath();
}

const sideThere = side.hasChildNodes();
let sideOpen = sideThere && innerWidth >= 1100 &&
	(differs !== null || why.verdicts.length + segments > 0);
