/*
 * The elements of the window, and text in them.  What a traced process chose
 * goes into text nodes only.
 */
const SVG = 'http://www.w3.org/2000/svg';
const HTML = 'http://www.w3.org/1999/xhtml';
const root = byId('proctree');

function add(to, ns, name, attributes, text) {
	const e = document.createElementNS(ns, name);
	for (const k in attributes)
		e.setAttribute(k, attributes[k]);
	if (text !== undefined)
		e.textContent = text;
	return to ? to.appendChild(e) : e;
}

/* A part of the window in HTML. */
function addFrame(id) {
	const f = add(root, SVG, 'foreignObject', { id: id + '-frame' });
	return [f, add(f, HTML, 'div', { id })];
}

function place(e, x, y, w, h) {
	e.setAttribute('x', x);
	e.setAttribute('y', y);
	e.setAttribute('width', Math.max(w, 0));
	e.setAttribute('height', Math.max(h, 0));
}

const ROW = 18, BAR = 15, PAD = 10, FOOT = 48;
/* y of the overview and its height, and y of the chart, by the window. */
let TOP = 34, BUSY = 56, CHART = 116;
byId('static').remove();
root.setAttribute('role', 'group');
root.removeAttribute('viewBox');
const paper = byId('paper');
const curves = add(root, SVG, 'g', { id: 'curves', role: 'img',
	'aria-label': 'processes at work and CPUs used, of all time' });
const brush = add(root, SVG, 'path', { id: 'brush' });
const axis = add(root, SVG, 'g', { id: 'axis' });
const clip = add(add(root, SVG, 'clipPath', { id: 'clip' }), SVG, 'rect');
const chart = add(root, SVG, 'g', { id: 'chart',
	'clip-path': 'url(#clip)', tabindex: 0, role: 'application',
	'aria-label': 'The processes: the arrows lead to the parent, the ' +
	'first child and the siblings, Enter shows one by itself, ' +
	'Escape all of them' });
const catcher = add(chart, SVG, 'rect', { id: 'catcher' });
const grid = add(chart, SVG, 'path', { id: 'grid' });
const bars = add(chart, SVG, 'g', { id: 'bars' });
const labels = add(chart, SVG, 'g', { id: 'labels' });
const kin = add(chart, SVG, 'path', { id: 'kin' });
const band = add(chart, SVG, 'rect', { id: 'band' });
const hover = add(chart, SVG, 'rect', { id: 'hover' });
const thumb = add(root, SVG, 'rect', { id: 'thumb', rx: 2 });
const range = add(root, SVG, 'rect', { id: 'range' });

/* What may be CPU time. */
add(add(root.querySelector('defs'), SVG, 'pattern', { id: 'dots', width: 4,
	height: 4, patternUnits: 'userSpaceOnUse' }), SVG, 'path',
{ d: 'M0 0h1v1h-1zM2 2h1v1h-1z' });

/* How wide text is: each character of ASCII is measured once. */
const glyph = (function () {
	const t = add(root, SVG, 'text', { 'class': 'label' });
	const w = new Float64Array(127);
	for (let c = 32; c < 127; c++) {
		t.textContent = 'x' + String.fromCharCode(c) + 'x';
		w[c] = t.getSubStringLength(1, 1);
	}
	t.remove();
	return w;
})();

/* As much of a text as fits, or nothing. */
function fitText(text, room) {
	const dots = 9;
	let w = 0, good = 0, k = 0;
	for (const c of text) {
		w += glyph[c.charCodeAt(0)] || 12;
		if (w <= room - dots)
			good = k + c.length;
		if (w > room)
			return good < 2 ? '' : text.slice(0, good) + '…';
		k += c.length;
	}
	return text;
}

/* The command line with the last part of its path only. */
function labelOf(i) {
	const l = lines[line[i]];
	if (l.label === undefined) {
		const first = l.text.split(' ', 1)[0];
		l.label = first.endsWith(l.name) ?
			l.name + l.text.slice(first.length) : l.text;
	}
	return flags[i] & FORKED ? '(' + l.name + ')' : l.label;
}
