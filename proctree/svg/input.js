/* The size of the window, and what the user does in it. */

function resize() {
	W = innerWidth;
	H = innerHeight;
	plot = Math.max(W - 2 * PAD, 10);
	room = Math.max(H - CHART - FOOT, ROW);
	root.setAttribute('width', W);
	root.setAttribute('height', H);
	place(paper, 0, 0, W, H);
	place(clip, 0, CHART, W, room);
	place(catcher, 0, CHART, W, room);
	place(tipFrame, 0, 0, W, H);
	place(toolFrame, 0, 0, W, TOP);
	place(footFrame, 0, H - FOOT, W, FOOT);
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
	if (e.button !== 0 || e.clientY < TOP || e.clientY > H - FOOT)
		return;
	drag = { x: e.clientX, y: e.clientY, t0: view.t0, t1: view.t1,
		top: view.top, moved: false, ruler: inRuler(e.clientY) };
	if (e.target.setPointerCapture)
		root.setPointerCapture(e.pointerId);
	searchBox.blur();
	e.preventDefault();
}

function onMove(e) {
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

function onKey(e) {
	const d = (view.t1 - view.t0) / 8, page = room - 2 * ROW;
	const keys = {
		'ArrowLeft': () => showTime(view.t0 - d, view.t1 - d),
		'ArrowRight': () => showTime(view.t0 + d, view.t1 + d),
		'ArrowUp': () => scrollRows(view.top - 3 * ROW),
		'ArrowDown': () => scrollRows(view.top + 3 * ROW),
		'PageUp': () => scrollRows(view.top - page),
		'PageDown': () => scrollRows(view.top + page),
		'Home': () => scrollRows(0),
		'End': () => scrollRows(rows * ROW),
		'+': () => zoomTime(0.7, pointer ? pointer.x : W / 2),
		'-': () => zoomTime(1.4, pointer ? pointer.x : W / 2),
		'n': () => stepMatch(1),
		'N': () => stepMatch(-1),
		'/': () => searchBox.select(),
	};
	if (e.key === 'Escape' && (searching || e.target === searchBox))
		clearSearch();
	else if (e.key === 'Escape')
		zoom(-1);
	else if (e.key === 'Enter' && e.target === searchBox)
		stepMatch(e.shiftKey ? -1 : 1);
	else if ((e.ctrlKey || e.metaKey) && e.key === 'f')
		searchBox.select();
	else if (e.target === searchBox || e.ctrlKey || e.metaKey || e.altKey ||
	    !Object.prototype.hasOwnProperty.call(keys, e.key))
		return;
	else
		keys[e.key]();
	e.preventDefault();
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
reset.addEventListener('click', () => zoom(-1));
resize();
draw();
root.dataset.drawn = Math.round(performance.now());
