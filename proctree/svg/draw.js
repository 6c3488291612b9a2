/*
 * The chart: what of the layout is shown, and its drawing.  W and H are the
 * size of the window without the list beside it, plot the width of the time
 * axis, room the height of the rows; above are the ancestors of the process
 * that the view is zoomed to.
 */
const view = { t0: 0, t1: T, focus: -1, top: 0 };
let W = 0, H = 0, plot = 0, room = 0, above = [], rows = rowCount;
let searching = false;
const hits = new Uint8Array(n);

const xOf = (t) => PAD + (t - view.t0) / (view.t1 - view.t0) * plot;
const tOf = (x) => view.t0 + (x - PAD) / plot * (view.t1 - view.t0);
const firstRow = () => (view.focus < 0 ? 0 : row[view.focus]);
const yOf = (r) => CHART + 4 + (r - firstRow() + above.length) * ROW - view.top;
const visible = (i) => view.focus < 0 ||
	(i >= view.focus && i < view.focus + size[view.focus]);

/* Show a process and all below it, in its time; -1: all of them. */
function zoom(i) {
	view.focus = i;
	view.top = 0;
	above = [];
	for (let p = i; p >= 0 && above.length < 9; p = parent[p])
		if (p !== i)
			above.unshift(p);
	rows = (i < 0 ? rowCount : height[i]) + above.length;
	showTime(i < 0 ? 0 : start[i], i < 0 ? T : end[i]);
}

/* Show a range of time. */
function showTime(t0, t1) {
	const least = Math.min(T, 20);
	const d = Math.min(Math.max(t1 - t0, least), T);
	const first = t1 - t0 < least ? (t0 + t1 - d) / 2 : t0;
	view.t0 = Math.min(Math.max(first, 0), T - d);
	view.t1 = view.t0 + d;
	requestDraw();
}

function scrollRows(to) {
	view.top = Math.max(0, Math.min(to, rows * ROW + 8 - room));
	requestDraw();
}

let waiting = 0;
function requestDraw() {
	waiting = waiting || requestAnimationFrame(draw);
}

/* ---- drawing: few paths of many bars, only those in view ---- */
let paths, texts;

/* What is drawn over all bars. */
const over = ['blocked', 'waiting', 'bound', 'level', 'steps',
	'guess', 'crit', 'path', 'ghost', 'gone', 'fail', 'mark', 'trigger'];

const addPath = (cls, d) => {
	(paths[cls] = paths[cls] || []).push(d);
};
const round = (x) => Math.round(x * 10) / 10;

/* One bar of width a to b; its ends say whether they are ends. */
function drawBar(i, a, b, y, cls) {
	const open = flags[i] & (OPEN | NOEND) && b - a > 12;
	const early = flags[i] & BEFORE && started[i] < view.t0 && b - a > 12;
	const x = round(a), w = round(b - (b - a > 4 ? 0.7 : 0));
	const right = open ? `H${round(w - 5)}l5 7.5l-5 7.5` : `H${w}v${BAR}`;
	const d = `M${x} ${y}${right}H${x}${early ? 'l4 -7.5' : ''}z`;
	addPath(isGone(i) ? 'gone' : cls, d);
	if (ghostOf(i))
		drawGhost(i, y);
	if (b - a > 6 && !searching && !isGone(i) && cls !== 'above')
		drawStates(i, x, w, y);
	if (onPath[i] && b - a > 12)
		addPath('crit', d);
	if (failed[i]) {
		addPath('fail', d);
		if (b - a > 12)
			addPath('mark', `M${w - 4} ${y}h4v${BAR}h-4z`);
	}
	if (b - a > 22)
		drawLabel(i, Math.max(a, 0), Math.min(b, W) - 5, y);
}

function drawLabel(i, a, b, y) {
	const text = fitText(labelOf(i), b - a - 6);
	if (text)
		texts.push([round(a + 4), y + 11.5, text,
			(searching && !hits[i]) || isGone(i) ? 'dim' : '']);
}

function colorOf(i) {
	if (searching)
		return hits[i] ? 'hit' : 'dull';
	if (isGone(i))
		return 'ghost';
	return 'c' + lines[line[i]].color;
}

/* A match of the search comes before others, then the longer process. */
const isBetter = (i, than) => (hits[i] === hits[than] ?
	end[i] - start[i] > end[than] - start[than] : hits[i] > hits[than]);

/* Bars too narrow to be told apart: each column of pixels shows the best one,
 * and a failure, if there is one. */
function Narrow(y) {
	this.y = y;
	this.x = -1;
	this.cls = null;
}

Narrow.prototype.put = function (x, i) {
	if (x !== this.x) {
		this.end();
		this.x = x;
		this.best = i;
		this.bad = 0;
	} else if (isBetter(i, this.best))
		this.best = i;
	this.bad |= failed[i];
};

Narrow.prototype.end = function () {
	if (this.x < 0)
		return;
	addPath(colorOf(this.best), `M${this.x} ${this.y}h1v${BAR}h-1z`);
	if (this.bad)
		addPath('mark', `M${this.x} ${this.y + BAR - 4}h1v4h-1z`);
};

function drawRow(r) {
	const y = yOf(r), narrow = new Narrow(y), last = rowFirst[r + 1];
	for (let k = firstAfter(r, view.t0, end); k < last; k++) {
		const i = inRow[k];
		if (start[i] > view.t1)
			break;
		if (!visible(i))
			continue;
		const a = Math.max(xOf(start[i]), -20);
		const b = Math.min(xOf(end[i]), W + 20);
		if (b - a < 2)
			for (let x = Math.floor(a); x <= b; x++)
				narrow.put(x, i);
		else
			drawBar(i, a, b, y, colorOf(i));
	}
	narrow.end();
}

/* Boxes round a process and all below it. */
function drawBoxes(r) {
	const last = rowFirst[r + 1];
	for (let k = firstAfter(r, view.t0, extent); k < last; k++) {
		const i = inRow[k];
		if (start[i] > view.t1)
			break;
		if (height[i] < 2 || !visible(i))
			continue;
		const a = Math.max(xOf(start[i]), -20);
		const b = Math.min(xOf(extent[i]), W + 20);
		const y0 = Math.max(yOf(r), CHART - 20);
		const y1 = Math.min(yOf(r + height[i]) - 2, CHART + room + 20);
		if (b - a > 5 && y1 > y0)
			addPath('box', `M${round(a)} ${y0}H${round(b)}V${y1}H${
				round(a)}z`);
	}
}

/* Steps of 1, 2 or 5 on the axis. */
function drawAxis() {
	const least = (view.t1 - view.t0) / Math.max(plot / 110, 1);
	const ten = Math.pow(10, Math.floor(Math.log10(least)));
	const step = ten * [1, 2, 5, 10].find((k) => k * ten >= least);
	const unit = [1e6, 1e3, 1].find((u) => T >= u);
	const name = { 1: ' µs', 1e3: ' ms', 1e6: ' s' }[unit];
	const digits = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
	let ticks = '';
	axis.textContent = '';
	for (let k = Math.ceil(view.t0 / step); k * step <= view.t1; k++) {
		const x = round(xOf(k * step));
		ticks += `M${x} ${CHART}v${room}`;
		add(axis, SVG, 'path', { d: `M${x} ${CHART - 5}v5` });
		add(axis, SVG, 'text', { x: x + (x > W - 60 ? -3 : 3),
			y: CHART - 7, 'text-anchor': x > W - 60 ? 'end' :
			'start' }, (k * step / unit).toFixed(digits) + name);
	}
	grid.setAttribute('d', ticks);
	const a = round(PAD + view.t0 / T * plot);
	const b = round(PAD + view.t1 / T * plot);
	const whole = view.t0 === 0 && view.t1 === T;
	brush.setAttribute('d', whole ? '' : `M${PAD} ${TOP}H${a}v${BUSY}H${
		PAD}zM${b} ${TOP}H${PAD + plot}v${BUSY}H${b}z`);
}

function draw() {
	const first = firstRow() + Math.max(0, Math.floor(view.top / ROW) -
		above.length - 1);
	const last = Math.min(firstRow() + rows - above.length,
		first + Math.ceil(room / ROW) + 2);
	waiting = 0;
	paths = { box: [] };
	texts = [];
	drawAxis();
	for (let r = firstRow(); r < last; r++)
		drawBoxes(r);
	for (let r = first; r < last; r++)
		drawRow(r);
	drawPath();
	drawMarks();
	above.forEach((i, k) => drawBar(i, Math.max(xOf(start[i]), -20),
		Math.min(xOf(end[i]), W + 20),
		yOf(firstRow()) + (k - above.length) * ROW, 'above'));
	bars.textContent = '';
	labels.textContent = '';
	const inks = Object.keys(paths).filter((k) => !over.includes(k));
	for (const cls of inks.concat(over))
		add(bars, SVG, 'path', { 'class': cls,
			d: (paths[cls] || []).join('') });
	for (const [x, y, text, cls] of texts)
		add(labels, SVG, 'text', { x, y, 'class': 'label ' + cls },
			text);
	drawBand();
	drawThumb();
	afterDraw();
}

function drawThumb() {
	const all = rows * ROW + 8;
	place(thumb, W - 6, CHART + view.top / all * room, all > room ? 4 : 0,
		Math.max(room * room / all, 20));
}
