/* The foot of the window: what the colours mean. */

const [footFrame, foot] = addFrame('foot');

function addSwatch(to, cls, d) {
	const s = add(to, SVG, 'svg', { width: 22, height: 13 });
	add(s, SVG, 'path', { 'class': cls, d: d || 'M1 1h20v11h-20z' });
	return s;
}

(function () {
	const sums = new Map();
	const key = (text, cls, d, extra) => {
		const e = add(foot, HTML, 'span', { 'class': 'key' });
		const s = addSwatch(e, cls, d);
		if (extra)
			add(s, SVG, 'path', { 'class': 'mark', d: extra });
		add(e, HTML, 'span', {}, text);
		return e;
	};
	key('failed', 'c8 fail', '', 'M17 1h4v11h-4z');
	key('still runs, or not known', 'c8', 'M1 1h16l4 5.5l-4 5.5h-16z');
	key('ran before', 'c8', 'M1 1h20v11h-20l4 -5.5z');
	add(foot, HTML, 'span', { 'class': 'soft' }, 'colour: its name');
	for (let i = 0; i < n; i++) {
		const l = lines[line[i]], s = sums.get(l.name) ||
			{ name: l.name, color: l.color, n: 0, own: 0 };
		sums.set(l.name, s);
		s.n++;
		s.own += size[i] > 1 || isIdle(i) ? 0 : end[i] - start[i];
	}
	const top = [...sums.values()].sort((a, b) => b.own - a.own ||
		b.n - a.n).slice(0, 14);
	for (const s of top) {
		const e = key(shorten(s.name, 24) + ' ' + number(s.n),
			'c' + s.color);
		e.classList.add('name');
		e.addEventListener('click', () => {
			searchBox.value = '^' + literal(s.name) + '$';
			search();
		});
	}
})();
