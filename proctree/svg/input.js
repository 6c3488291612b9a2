/* The size of the window, and what the user does in it. */

/* A window that is narrow has the search below the title, and the list below
 * the chart. */
function resize() {
	const wide = innerWidth, narrow = wide < 760;
	const width = sideOpen && !narrow ? Math.min(wide / 3, 360) : 0;
	const high = sideOpen && narrow ? Math.round(innerHeight / 2) : 0;
	H = innerHeight - high;
	W = wide - width;
	TOP = narrow ? 66 : 34;
	BUSY = innerHeight < 520 ? 30 : 56;
	CHART = TOP + BUSY + 26;
	plot = Math.max(W - 2 * PAD, 10);
	room = Math.max(H - CHART - FOOT, ROW);
	root.setAttribute('class', narrow ? 'narrow' : '');
	root.setAttribute('width', wide);
	root.setAttribute('height', innerHeight);
	place(paper, 0, 0, wide, innerHeight);
	place(clip, 0, CHART, W, room);
	place(catcher, 0, CHART, W, room);
	place(tipFrame, 0, 0, wide, innerHeight);
	place(toolFrame, 0, 0, wide, TOP);
	place(footFrame, 0, H - FOOT, wide, FOOT);
	if (narrow)
		place(sideFrame, 0, H, wide, high);
	else
		place(sideFrame, W, TOP, width, H - TOP - FOOT);
	side.style.display = sideOpen ? '' : 'none';
	whyButton.style.display = sideThere ? '' : 'none';
	whyButton.setAttribute('aria-expanded', sideOpen);
	drawBusy();
	scrollRows(view.top);
}

/* After each drawing. */
function afterDraw() {
	const whole = view.focus < 0 && view.t0 === 0 && view.t1 === T;
	reset.disabled = whole;
	tipProcess = -1;
	updateTip();
}

let drag = null;
const inRuler = (y) => y >= TOP && y < CHART;

/* The time at x: of the whole trace in the overview, else of the axis. */
const rulerTime = (h, x) => (h.y < TOP + BUSY ?
	(x - PAD) / plot * T : tOf(x));

function onPress(e) {
	if (e.button !== 0 || e.clientY < TOP || e.clientY > H - FOOT ||
	    e.clientX > W)
		return;
	drag = { x: e.clientX, y: e.clientY, t0: view.t0, t1: view.t1,
		top: view.top, moved: false, ruler: inRuler(e.clientY) };
	if (e.target.setPointerCapture)
		root.setPointerCapture(e.pointerId);
	searchBox.blur();
	e.preventDefault();
}

function onMove(e) {
	chosen = -1;
	pointer = { x: e.clientX, y: e.clientY };
	if (drag && Math.hypot(e.clientX - drag.x, e.clientY - drag.y) > 4)
		drag.moved = true;
	if (drag && drag.moved && drag.ruler)
		place(range, Math.min(drag.x, e.clientX), TOP,
			Math.abs(e.clientX - drag.x), H - FOOT - TOP);
	else if (drag && drag.moved) {
		const d = (drag.x - e.clientX) / plot * (drag.t1 - drag.t0);
		showTime(drag.t0 + d, drag.t1 + d);
		scrollRows(drag.top + drag.y - e.clientY);
	}
	updateTip();
}

function onRelease(e) {
	const h = drag;
	drag = null;
	place(range, 0, 0, 0, 0);
	if (!h)
		return;
	const a = rulerTime(h, h.x), b = rulerTime(h, e.clientX);
	if (h.ruler && h.moved)
		showTime(Math.min(a, b), Math.max(a, b));
	else if (!h.moved && !h.ruler) {
		const i = processAt(e.clientX, e.clientY).i;
		if (i >= 0)
			zoom(i);
	}
	updateTip();
}

/* Zoom by a factor, so that what is at x stays there. */
function zoomTime(by, x) {
	const t = tOf(x);
	showTime(t - (t - view.t0) * by, t + (view.t1 - t) * by);
}

function onWheel(e) {
	if (side.contains(e.target) || foot.contains(e.target))
		return;
	const dy = e.deltaY * (e.deltaMode ? ROW : 1);
	const dx = e.deltaX + (e.shiftKey ? dy : 0);
	e.preventDefault();
	if (e.ctrlKey || e.metaKey || inRuler(e.clientY))
		zoomTime(Math.exp(dy / 400), e.clientX);
	else {
		const d = dx / plot * (view.t1 - view.t0);
		if (d)
			showTime(view.t0 + d, view.t1 + d);
		if (!e.shiftKey)
			scrollRows(view.top + dy);
	}
}

/* The nearest process before or after a sibling, or -1. */
function siblingOf(i, by) {
	const p = parent[i], last = p < 0 ? n : p + size[p];
	let before = -1;
	for (let c = p + 1; c < last; c += size[c]) {
		if (by < 0 && c === i)
			return before;
		if (by > 0 && before === i)
			return c;
		before = c;
	}
	return -1;
}

/* The keys where the chart has the focus: from process to process. */
function walk(key) {
	const i = chosen < 0 ? tipProcess : chosen;
	const next = {
		'ArrowLeft': () => siblingOf(i, -1),
		'ArrowRight': () => siblingOf(i, 1),
		'ArrowUp': () => parent[i],
		'ArrowDown': () => (size[i] > 1 ? i + 1 : -1),
		'Enter': () => {
			zoom(i);
			return i;
		},
	}[key];
	if (!next)
		return false;
	const to = i < 0 ? Math.max(view.focus, 0) : next();
	if (to >= 0)
		pointTo(to);
	return true;
}

const keys = {
	'ArrowLeft': (d) => showTime(view.t0 - d, view.t1 - d),
	'ArrowRight': (d) => showTime(view.t0 + d, view.t1 + d),
	'ArrowUp': () => scrollRows(view.top - 3 * ROW),
	'ArrowDown': () => scrollRows(view.top + 3 * ROW),
	'PageUp': () => scrollRows(view.top - room + 2 * ROW),
	'PageDown': () => scrollRows(view.top + room - 2 * ROW),
	'Home': () => scrollRows(0),
	'End': () => scrollRows(rows * ROW),
	'+': () => zoomTime(0.7, pointer ? pointer.x : W / 2),
	'-': () => zoomTime(1.4, pointer ? pointer.x : W / 2),
	'n': () => stepMatch(1),
	'N': () => stepMatch(-1),
	'/': () => searchBox.select(),
};

function leave() {
	if (!searching && bandTo === bandFrom)
		zoom(-1);
	closeRows();
}

function onKey(e) {
	const other = e.ctrlKey || e.metaKey || e.altKey;
	const typing = e.target === searchBox;
	if (e.key === 'Escape')
		leave();
	else if (e.key === 'Enter' && typing)
		stepMatch(e.shiftKey ? -1 : 1);
	else if ((e.ctrlKey || e.metaKey) && e.key === 'f')
		searchBox.select();
	else if (typing || other || !(e.target === chart && walk(e.key))) {
		if (typing || other || side.contains(e.target) ||
		    !Object.prototype.hasOwnProperty.call(keys, e.key))
			return;
		keys[e.key]((view.t1 - view.t0) / 8);
	}
	e.preventDefault();
}

function toggleSide() {
	sideOpen = !sideOpen;
	resize();
}

/* On paper the window is as wide as the page. */
function print(on) {
	if (on)
		root.setAttribute('viewBox', `0 0 ${innerWidth} ${
			innerHeight}`);
	else
		root.removeAttribute('viewBox');
	root.setAttribute('width', on ? '100%' : innerWidth);
}

addEventListener('pointerdown', onPress);
addEventListener('pointermove', onMove);
addEventListener('pointerup', onRelease);
addEventListener('pointercancel', () => {
	drag = null;
});
document.addEventListener('pointerleave', () => {
	pointer = null;
	updateTip();
});
addEventListener('wheel', onWheel, { passive: false });
addEventListener('keydown', onKey);
addEventListener('resize', resize);
searchBox.addEventListener('input', search);
whyButton.addEventListener('click', toggleSide);
addEventListener('beforeprint', () => print(true));
addEventListener('afterprint', () => print(false));
chart.addEventListener('focus', () => {
	if (tipProcess < 0)
		walk('Enter');
});
reset.addEventListener('click', () => zoom(-1));
resize();
draw();
root.dataset.drawn = Math.round(performance.now());
