/*
 * The overview: how many processes were at work and how many CPUs they used, of
 * all time; or if that is not known, how many lived.
 */
const why = byId('why') ? JSON.parse(byId('why').textContent) : null;

const busyOnes = [...start.keys()].filter((i) => !isIdle(i) && !isGone(i));
const starts = Float64Array.from(busyOnes, (i) => start[i]).sort();
const ends = Float64Array.from(busyOnes, (i) => end[i]).sort();

/* The most that live at a time, in each of so many parts of the trace. */
function busyLevels(parts) {
	const most = new Int32Array(parts);
	let alive = 0, a = 0, b = 0;
	for (let k = 0; k < parts; k++) {
		const until = k === parts - 1 ? Infinity : T * (k + 1) / parts;
		most[k] = alive;
		while (a < starts.length && starts[a] < until) {
			if (ends[b] <= starts[a] && b < a) {
				b++;
				alive--;
			} else {
				a++;
				most[k] = Math.max(most[k], ++alive);
			}
		}
		for (; b < a && ends[b] < until; b++)
			alive--;
	}
	return most;
}

/* A path of steps: level 1 is as high as the overview. */
function stepsPath(levels) {
	const bottom = TOP + BUSY, step = plot / levels.length;
	let d = `M${PAD} ${bottom}`, last = -1;
	levels.forEach((v, k) => {
		const y = round(bottom - Math.min(v, 1) * BUSY);
		if (y !== last)
			d += `H${round(PAD + k * step)}V${y}`;
		last = y;
	});
	return d + `H${round(PAD + plot)}V${bottom}`;
}

const greatest = (list) => list.reduce((a, b) => Math.max(a, b), 0);
const scale = why ? Math.max(greatest(why.leaves) / 10,
	greatest(why.used) / 100, why.cpus, 1) : 1;
const cpusUsed = why && greatest(why.used) > 0;

function drawCurves() {
	const bottom = TOP + BUSY;
	const y = round(bottom - why.cpus / scale * BUSY);
	const path = (cls, d) => add(curves, SVG, 'path', { 'class': cls, d });
	const note = (text, top) => add(curves, SVG, 'text', {
		x: PAD + plot - 3, y: top, 'text-anchor': 'end' }, text);
	if (why.cpus && cpusUsed)
		path('unused', `M${PAD} ${bottom}h${plot}V${y}h${-plot}z`);
	if (cpusUsed)
		path('used', stepsPath(why.used.map((v) => v / 100 / scale)) +
			'z');
	path('leaves', stepsPath(why.leaves.map((v) => v / 10 / scale)));
	if (why.cpus) {
		path('cpus', `M${PAD} ${y}h${plot}`);
		note(count(why.cpus, 'CPU'), y < TOP + 12 ? y + 11 : y - 3);
	}
	if (scale > why.cpus * 1.4)
		add(curves, SVG, 'text', { x: PAD + 3, y: TOP + 10 },
			number(+scale.toFixed(1)));
}

/* What the overview has at a time. */
function curveText(t) {
	const k = Math.floor(t / T * why.leaves.length);
	const used = why.used[k] / 100;
	return [['at work', number(why.leaves[k] / 10)]].concat(cpusUsed ?
		[['CPUs used', (why.least ? 'at least ' : '') + number(used) +
			(why.cpus ? ' of ' + why.cpus : '')]] : []);
}

function drawBusy() {
	const level = busyLevels(Math.max(Math.floor(plot), 1));
	const top = level.reduce((a, b) => Math.max(a, b), 1);
	const gone = flags.reduce((k, f) => k + (f & GONE ? 1 : 0), 0);
	const idle = n - gone - busyOnes.length;
	const threads = flags.reduce((k, f) => k + (f & THREAD ? 1 : 0), 0);
	curves.textContent = '';
	if (why)
		drawCurves();
	else
		add(curves, SVG, 'path', { 'class': 'alive', d: stepsPath(
			[...level].map((k) => k / top)) + 'z' });
	sum.textContent = count(n - threads - gone, 'process') +
		(threads ? ' and ' + count(threads, 'thread') : '') +
		' in ' + duration(T) +
		', at most ' + number(top) + ' at a time' +
		(idle ? ' besides ' + number(idle) + ' idle ones' : '') +
		(gone ? '; ' + number(gone) + ' are gone' : '') +
		(head.hidden ? '; ' + number(head.hidden) +
		' shorter ones left out' : '');
}
