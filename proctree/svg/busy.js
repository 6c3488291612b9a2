/* The overview: how many processes live at a time, without the idle ones. */

const busyOnes = [...start.keys()].filter((i) => !isIdle(i));
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

function drawBusy() {
	const level = busyLevels(Math.max(Math.floor(plot), 1));
	const most = level.reduce((a, b) => Math.max(a, b), 1);
	const idle = n - busyOnes.length;
	const threads = flags.reduce((k, f) => k + (f & THREAD ? 1 : 0), 0);
	let d = `M${PAD} ${TOP + BUSY}`;
	for (const k of level)
		d += `V${round(TOP + BUSY - k / most * BUSY)}h1`;
	busy.setAttribute('d', d + `V${TOP + BUSY}z`);
	sum.textContent = count(n - threads, 'process') +
		(threads ? ' and ' + count(threads, 'thread') : '') +
		' in ' + duration(T) +
		', at most ' + number(most) + ' at a time' +
		(idle ? ' besides ' + number(idle) + ' idle ones' : '') +
		(head.hidden ? '; ' + number(head.hidden) +
		' shorter ones left out' : '');
}
