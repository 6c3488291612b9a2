/*
 * The critical path: segments of time, one after the other, of the process that
 * the end waited for; and the time that a verdict is about.
 */
const segments = why && why.path ? (why.path.length - 1) / 3 : 0;
const pathOf = new Int32Array(segments);
/* Had it waited for a child when it begins?  1: that is worked out. */
const waited = new Uint8Array(segments);
const pathFrom = new Float64Array(segments + 1);
const onPath = new Uint8Array(n);
for (let k = 0, t = segments ? why.path[0] : 0; k < segments; k++) {
	pathFrom[k] = t;
	pathFrom[k + 1] = t += why.path[3 * k + 2];
	pathOf[k] = why.path[3 * k + 1];
	waited[k] = why.path[3 * k + 3];
	onPath[pathOf[k]] = 1;
}

/* The first segment that ends after t. */
function segmentAt(t) {
	let a = 0, b = segments;
	while (a < b) {
		const m = (a + b) >> 1;
		if (pathFrom[m + 1] > t)
			b = m;
		else
			a = m + 1;
	}
	return a;
}

/* A line under the bars, once in each pixel of a row; and from one to the next,
 * if they are few. */
function drawPath() {
	const first = segmentAt(view.t0), drawn = new Int32Array(rowCount);
	let last = first;
	while (last < segments && pathFrom[last] < view.t1)
		last++;
	for (let k = first; k < last; k++) {
		const i = pathOf[k], y = yOf(row[i]) + BAR + 1.5;
		if (!visible(i) || y < CHART || y > CHART + room + ROW)
			continue;
		const a = Math.max(Math.round(xOf(pathFrom[k])), 1);
		const b = Math.min(Math.round(xOf(pathFrom[k + 1])), W + 20);
		if (b > a || drawn[row[i]] !== a)
			addPath('path', `M${a} ${y}H${Math.max(b, a + 1)}`);
		drawn[row[i]] = a;
		if (last - first < 80 && k + 1 < last &&
		    visible(pathOf[k + 1]))
			addPath(waited[k + 1] === 1 ? 'guess' : 'steps',
				`M${b} ${y}V${yOf(row[pathOf[k + 1]]) + BAR +
				1.5}`);
	}
}

/* Why it was recorded: a line at each mark, and its text if there is room, of
 * the last one first. */
function drawMarks() {
	let next = Infinity;
	for (const [t, text] of head.marks.slice().reverse()) {
		const x = Math.round(xOf(t));
		if (t < view.t0 || t > view.t1)
			continue;
		addPath('trigger', `M${x} ${CHART}v${room}`);
		if (x > next - 300)
			continue;
		texts.push([x - 4, CHART + room - 8, shorten(
			text.trim().replace(/ +/g, ' '), 60), 'before']);
		next = x;
	}
}

let bandFrom = 0, bandTo = 0;

function drawBand() {
	const a = Math.max(xOf(bandFrom), 0), b = Math.min(xOf(bandTo), W);
	place(band, a, CHART, bandTo > bandFrom ? Math.max(b - a, 1) : 0, room);
}
