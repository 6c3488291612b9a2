/* The foot of the window: what the shapes and the colours mean. */

const [footFrame, foot] = addFrame('foot');

/* A bar, and what is drawn over it. */
function addSwatch(to, cls, d, ...others) {
	const s = add(to, SVG, 'svg', { width: 22, height: 13,
		'aria-hidden': true });
	add(s, SVG, 'path', { 'class': cls, d: d || 'M1 1h20v11h-20z' });
	for (const [other, shape] of others)
		add(s, SVG, 'path', { 'class': other, d: shape });
}

function addKey(to, text, element, ...swatch) {
	const e = add(to, HTML, element, { 'class': 'key' });
	addSwatch(e, ...swatch);
	add(e, HTML, 'span', {}, text);
	return e;
}

function addShapes(to) {
	const all = 'M1 1h20v11h-20z';
	const key = (text, ...swatch) => addKey(to, text, 'span', ...swatch);
	if (why)
		key('at work', 'leaves', 'M1 12V3h8v4h8V2h4');
	if (cpusUsed)
		key('CPUs used', 'used', 'M1 12V6h8v2h8V3h4v9z');
	if (cpusUsed && why.cpus)
		key('not used by these', 'unused', all,
			['cpus', 'M1 1.5h20']);
	key('failed', 'c0 fail', all, ['mark', 'M17 1h4v11h-4z']);
	key('still runs, or not known', 'c0', 'M1 1h16l4 5.5l-4 5.5h-16z');
	key('ran before', 'c0', 'M1 1h20v11h-20l4 -5.5z');
	if ([...start.keys()].some((i) => statesOf(i))) {
		key('share on a CPU', 'c0', all, ['blocked',
			'M1 1h20v7h-20z'], ['level', 'M1 8h20']);
		key('waiting for one', 'c0', all, ['waiting', all]);
		key('blocked', 'c0', all, ['blocked', all]);
		key('one of these, not known', 'c0', all, ['bound', all]);
	}
	if (differs) {
		key('in A', 'c0', 'M1 1h20v8h-20z',
			['ghost', 'M1 9h14v3h-14z']);
		key('gone', 'gone', all);
	}
	if (segments)
		key('critical path', 'c0', 'M1 1h20v9h-20z',
			['crit', 'M1 1h20v9h-20z'], ['path', 'M1 11.5h20']);
	if (waited.includes(1))
		key('worked out', 'guess', 'M11 0v13');
	if (head.marks.length)
		key('why it was recorded', 'trigger', 'M11 0v13');
}

/* The names that take most of the picture; a click searches for one. */
function addNames(to) {
	const sums = new Map();
	add(to, HTML, 'span', { 'class': 'soft' }, 'colour: its name');
	for (let i = 0; i < n; i++) {
		const l = lines[line[i]], s = sums.get(l.name) ||
			{ name: l.name, color: l.color, n: 0, own: 0 };
		sums.set(l.name, s);
		s.n += isGone(i) ? 0 : 1;
		if (size[i] === 1 && !isIdle(i) && !isGone(i))
			s.own += end[i] - start[i];
	}
	const top = [...sums.values()].filter((s) => s.n).sort((a, b) =>
		b.own - a.own || b.n - a.n).slice(0, 20);
	for (const s of top) {
		const e = addKey(to, shorten(s.name, 24) + ' ' + number(s.n),
			'button', 'c' + s.color);
		e.addEventListener('click', () => {
			searchBox.value = '^' + literal(s.name) + '$';
			search();
		});
	}
}

addShapes(add(foot, HTML, 'div'));
addNames(add(foot, HTML, 'div'));
