/* Numbers as text. */

const number = (x) => x.toLocaleString('en-US');
const plural = (what) => what + (/s$|ch$/.test(what) ? 'es' : 's');
const count = (x, what) => number(x) + ' ' + (x === 1 ? what : plural(what));

/* Microseconds, as precise as they are known. */
function duration(us) {
	if (us < 1e3)
		return us + ' µs';
	if (us < 1e6)
		return +(us / 1e3).toFixed(3) + ' ms';
	const s = us / 1e6;
	if (s < 600)
		return +s.toFixed(s < 10 ? 4 : 2) + ' s';
	const two = (x) => String(Math.floor(x)).padStart(2, '0');
	return (s < 3600 ? Math.floor(s / 60) + ':' :
		Math.floor(s / 3600) + ':' + two(s / 60 % 60) + ':') +
		two(s % 60) + (s < 3600 ? ' min' : ' h');
}

function bytes(b) {
	const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
	let k = 0;
	for (; b >= 1024 && k < 4; k++)
		b /= 1024;
	return (k && b < 100 ? b.toFixed(1) : Math.round(b)) + ' ' +
		units[k];
}

/* The same with three digits at most, for lists. */
const brief = (us) => duration(us < 6e8 ? +us.toPrecision(3) : us);
const cut = (text, most) => (text.length > most ?
	text.slice(0, most - 1) + '…' : text);
