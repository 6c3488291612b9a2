/* The process under the pointer, and all that is known of it. */

/* The process at a point of the chart, or -1; of narrow ones the one that is
 * drawn.  others: how many share its column of pixels. */
function processAt(x, y) {
	const r = Math.floor((y - yOf(0)) / ROW);
	let best = -1, others = -1;
	const up = r - firstRow() + above.length;
	if (y < CHART || y > CHART + room || up < 0 || up >= rows)
		return { i: -1 };
	if (up < above.length)
		return { i: above[up], others: 0, r };
	const t0 = tOf(Math.floor(x)), t1 = tOf(Math.floor(x) + 1);
	const near = 2 * (t1 - t0);
	const rank = (i) => (xOf(end[i]) < x - 1 || xOf(start[i]) > x + 1 ?
		0 : 1 + hits[i]);
	for (let k = firstAfter(r, t0 - near, end); k < rowFirst[r + 1]; k++) {
		const i = inRow[k];
		if (start[i] > t1 + near)
			break;
		if (!visible(i))
			continue;
		if (start[i] <= t1 && end[i] >= t0)
			others++;
		const d = best < 0 ? 1 : rank(i) - rank(best) ||
			end[i] - start[i] - (end[best] - start[best]);
		if (d > 0)
			best = i;
	}
	return { i: best, others: Math.max(others, 0), r };
}

const [tipFrame, tip] = addFrame('tip');
const wallClock = (us) => {
	if (!head.clock)
		return '';
	const t = new Date((head.clock + head.zone) * 1e3 + us / 1e3);
	return ' (' + t.toISOString().slice(11, 19) + '.' +
		String((Math.round(head.fraction + us) % 1e6 + 1e6) % 1e6)
			.padStart(6, '0') + ')';
};

function exitText(i) {
	const s = status[i];
	if (s === '-')
		return 'still runs at the end of the trace';
	if (s === '?')
		return 'not known';
	return (typeof s === 'string' ? 'killed by ' : 'exit status ') + s;
}

function parentText(i) {
	const p = parent[i], drawn = p < 0 ? 0 : pid[p];
	const other = (details[i] || {}).p;
	const ppid = other === undefined ? drawn : other;
	if (ppid < 0)
		return 'not known';
	return (ppid || 'none') +
		(p >= 0 && drawn === ppid ? ' ' + lines[line[p]].name : '');
}

const seconds = (us) => (us / 1e6).toFixed(6) + ' s';

function startText(i) {
	const t = started[i];
	if (flags[i] & NOSTART)
		return 'not known';
	if (flags[i] & BEFORE)
		return duration(-t) + ' before the trace' +
			(flags[i] & COARSE ? ', in steps of 10 ms' : '');
	return seconds(t) + wallClock(t);
}

function wallText(i) {
	if (flags[i] & (NOSTART | NOEND))
		return 'not known';
	return duration(wall[i]) + (flags[i] & OPEN ? ' so far' : '');
}

function cpuText(i, bound, system) {
	const share = wall[i] > 0 && cpu[i] && !bound ?
		', ' + Math.round(cpu[i] / wall[i] * 100) + ' %' : '';
	const split = system < 0 ? '' : ' (user ' + duration(cpu[i] - system) +
		', system ' + duration(system) + ')';
	if (bound > 0)
		return duration(cpu[i]) + ' to ' + duration(bound);
	if (bound && !cpu[i])
		return 'not known';
	return (bound ? 'at least ' : '') + duration(cpu[i]) + split + share;
}

/* Name and value of the resources that a process used. */
function usageFacts(i, [, bound, system, , memory, read, written]) {
	const list = [['CPU', cpuText(i, bound, system)], ...stateFacts(i),
		['memory', bytes(memory * 1024) + ' at its peak']];
	if (read || written)
		list.push(['storage', bytes(read * 1024) + ' read, ' +
			bytes(written * 1024) + ' written']);
	return list;
}

/* Name and value of all that is known of a process. */
function facts(i) {
	const d = details[i] || {};
	const list = [['ppid', parentText(i)], ['start', startText(i)],
		['wall', wallText(i)]];
	if (d.u)
		list.push(...usageFacts(i, d.u));
	list.push(...ghostFacts(i));
	list.push(['end', exitText(i)]);
	if (d.t)
		list.push(['threads', d.t]);
	if (size[i] > 1)
		list.push(['below it', number(size[i] - 1)]);
	for (const [ts, k] of d.x || [])
		list.push(['ran' + (ts === null ? '' : ' at ' + seconds(ts)),
			shorten(lines[k].text, 300, lines[k].missing)]);
	if (d.n)
		list.push(['note', d.n]);
	return list;
}

/* At most so many characters; missing: how many there were besides. */
function shorten(text, most, missing) {
	const more = Math.max(text.length - most, 0) + (missing || 0);
	return more === 0 ? text : text.slice(0, most) + '… (' +
		count(more, 'more character') + ')';
}

function addFacts(list) {
	const t = add(tip, HTML, 'table');
	for (const [k, v] of list) {
		const tr = add(t, HTML, 'tr');
		add(tr, HTML, 'th', {}, k);
		add(tr, HTML, 'td', {}, v);
	}
}

function fillTip(i, others) {
	tip.textContent = '';
	const h = add(tip, HTML, 'div', { 'class': 'who' });
	add(h, HTML, 'b', {}, lines[line[i]].name);
	add(h, HTML, 'span', {}, ' ' + pid[i] + (flags[i] & THREAD ?
		', a thread' : ''));
	if (failed[i])
		add(h, HTML, 'span', { 'class': 'bad' }, ' ' + exitText(i));
	add(tip, HTML, 'div', { 'class': 'line' },
		shorten(lines[line[i]].text, 700, lines[line[i]].missing));
	if (flags[i] & FORKED)
		add(tip, HTML, 'div', { 'class': 'soft' },
			'forked, and ran no program of its own');
	addFacts(facts(i));
	if (others > 0)
		add(tip, HTML, 'div', { 'class': 'soft' }, 'and ' +
			count(others, 'other') + ' as narrow here: zoom in');
}

/* chosen: by a key, until the pointer moves. */
let pointer = null, tipProcess = -1, chosen = -1;

/* The ends of a process on the screen. */
const leftOf = (i) => Math.max(xOf(start[i]), -5);
const rightOf = (i) => Math.min(xOf(end[i]), W + 5);

/* A line from a process, which is in row r at y, up to its parent, and a frame
 * round that. */
function drawKin(i, r, y) {
	const p = parent[i], step = above.indexOf(p);
	if (p < 0 || (step < 0 && !visible(p)))
		return;
	const up = above.includes(i) ? 1 : r - firstRow() + above.length - step;
	const yp = step < 0 ? yOf(row[p]) : y - ROW * up;
	const a = round(leftOf(p)), b = round(rightOf(p));
	kin.setAttribute('d', `M${round(leftOf(i))} ${y}V${yp + BAR}` +
		`M${a} ${yp}H${b}v${BAR}H${a}z`);
}

/* Beside the pointer, where there is room. */
function placeTip() {
	const w = tip.offsetWidth, h = tip.offsetHeight;
	const x = pointer.x + 14, y = pointer.y + 18;
	const left = x + w > W ? Math.max(pointer.x - w - 10, 4) : x;
	const top = y + h > H ? Math.max(pointer.y - h - 10, 4) : y;
	tip.style.left = left + 'px';
	tip.style.top = top + 'px';
}

const inOverview = (at) => at.y >= TOP && at.y < TOP + BUSY && at.x >= PAD &&
	at.x < PAD + plot;

/* What the overview has under the pointer. */
function tipOverview(t) {
	tip.textContent = '';
	addFacts([['at', duration(Math.round(t))], ...curveText(t)]);
	tip.style.display = 'block';
	placeTip();
}

/* Show what is under the pointer: it, its parent, and all below it. */
function updateTip() {
	const { i, others, r } = pointer ? processAt(pointer.x, pointer.y) :
		{ i: -1 };
	hover.style.display = i < 0 ? 'none' : '';
	kin.setAttribute('d', '');
	tip.style.display = i < 0 || drag ? 'none' : 'block';
	if (i < 0 && !drag && why && pointer && inOverview(pointer))
		tipOverview((pointer.x - PAD) / plot * T);
	catcher.style.cursor = i < 0 ? '' : 'pointer';
	if (i !== tipProcess && i >= 0)
		fillTip(i, others);
	tipProcess = i;
	if (i < 0)
		return;
	const a = leftOf(i), y = yOf(r);
	place(hover, a, y, Math.max(rightOf(i), a + 1) - a, BAR);
	drawKin(i, r, y);
	placeTip();
}
