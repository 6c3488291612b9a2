/*
 * What a process did while it lived, where that is known: how much of it on a
 * CPU, waiting for one, and blocked.  Only these sums are known, not when: so
 * they are shares of the height of its bar, from below.
 */

/* { life, cpu, most, wait }: microseconds, or null.  Of several threads life is
 * the sum; most is the upper bound of cpu; wait -1 is not known. */
function statesOf(i) {
	const d = details[i];
	if (!d || !d.u)
		return null;
	const [least, bound, , wait] = d.u;
	const unknown = flags[i] & (NOSTART | NOEND | OPEN) || d.t > 1;
	const life = d.l || (unknown ? 0 : wall[i]);
	if (!life || (!least && bound < 0))
		return null;
	const used = Math.min(least, life);
	const most = bound < 0 ? life : Math.min(Math.max(bound, used), life);
	return { life, cpu: used, most, bound,
		wait: wait < 0 ? -1 : Math.min(wait, life - used) };
}

/* The parts of a bar from x to w.  Of what may have been CPU time the rest is
 * not known. */
function drawStates(i, x, w, y) {
	const s = statesOf(i);
	if (!s)
		return;
	const at = (t) => round(y + BAR * (1 - Math.min(t / s.life, 1)));
	const part = (cls, from, to) => {
		if (at(to) < at(from))
			addPath(cls, `M${x} ${at(to)}H${w}V${at(from)}H${x}z`);
	};
	const wait = s.wait < 0 ? 0 : s.wait;
	part('bound', s.cpu, s.most);
	part('waiting', s.most, s.most + wait);
	part('blocked', s.most + wait, s.life);
	addPath('level', `M${x} ${at(s.cpu)}H${w}`);
}

/* Name and value of the facts on it, besides CPU time. */
function stateFacts(i) {
	const s = statesOf(i);
	const share = (t) => duration(t) + ', ' +
		Math.round(t / s.life * 100) + ' %';
	if (!s || s.wait < 0)
		return [];
	const least = s.bound ? Math.max(s.life - s.most - s.wait, 0) : 0;
	const blocked = s.life - s.cpu - s.wait;
	return [['waited', share(s.wait) + ' for a CPU'],
		['blocked', s.bound ? duration(least) + ' to ' +
			duration(blocked) : share(blocked)]];
}
