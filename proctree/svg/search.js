/* The head of the window: title, search, reset. */

const [toolFrame, tool] = addFrame('tool');
add(tool, HTML, 'b', {}, 'proctree');
const sum = add(tool, HTML, 'span', { id: 'sum' });
if (head.failed)
	add(tool, HTML, 'span', { 'class': 'bad' }, number(head.failed) +
		' failed');
if (head.note)
	add(tool, HTML, 'span', { 'class': 'bad' }, head.note);
add(tool, HTML, 'span', { id: 'fill' });
const found = add(tool, HTML, 'span', { id: 'found', role: 'status' });
const whyButton = add(tool, HTML, 'button', { 'aria-controls': 'side' }, 'Why');
const reset = add(tool, HTML, 'button', { id: 'reset' }, 'Reset zoom');
const searchBox = add(tool, HTML, 'input', { id: 'search', type: 'search',
	placeholder: 'Search: name, argument, pid  ( / )',
	spellcheck: 'false', autocomplete: 'off',
	'aria-label': 'Search: name, argument, pid' });
/* What a screen reader says. */
const said = add(tool, HTML, 'div', { id: 'said', 'aria-live': 'polite' });

/* A regular expression that matches a text only. */
const literal = (text) => text.replace(/[^\w\s]/g, '\\$&');

function searchPattern(text) {
	const how = /[A-Z]/.test(text) ? '' : 'i';
	try {
		return new RegExp(text, how);
	} catch (e) {
		return new RegExp(literal(text), how);
	}
}

let matches = [], current = -1, matchTotals = '';

/* Mark the processes that a function is true of, and say what they took. */
function mark(test) {
	let time = 0, used = 0;
	searching = true;
	matches = [];
	current = -1;
	for (let i = 0; i < n; i++) {
		hits[i] = test(i) ? 1 : 0;
		if (!hits[i])
			continue;
		matches.push(i);
		time += flags[i] & (NOSTART | NOEND) ? 0 : wall[i];
		used += cpu[i];
	}
	matchTotals = used ? ' (CPU ' + duration(used) + ')' : '';
	matchTotals = matches.length ? ', ' + duration(time) + matchTotals : '';
	found.textContent = count(matches.length, 'match') + matchTotals;
	requestDraw();
}

function search() {
	const text = searchBox.value, id = /^\d+$/.test(text) ? +text : -1;
	if (text === '') {
		searching = false;
		matches = [];
		hits.fill(0);
		found.textContent = '';
		requestDraw();
		return;
	}
	const re = searchPattern(text);
	for (const l of lines)
		l.hit = re.test(l.name) || re.test(l.text);
	mark((i) => lines[line[i]].hit || pid[i] === id);
}

/* Bring a process into view, and point to it. */
function pointTo(i) {
	if (!visible(i))
		zoom(-1);
	if (end[i] < view.t0 || start[i] > view.t1)
		showTime(start[i] - (view.t1 - view.t0) / 2,
			start[i] + (view.t1 - view.t0) / 2);
	if (yOf(row[i]) < CHART || yOf(row[i]) + ROW > CHART + room) {
		view.top = 0;
		scrollRows(yOf(row[i]) - CHART - room / 2);
	}
	chosen = i;
	pointer = { x: Math.max(xOf(start[i]), PAD) + 1, y: yOf(row[i]) + 5 };
	say(i);
	requestDraw();
}

function say(i) {
	said.textContent = [lines[line[i]].name, 'pid ' + pid[i],
		...facts(i).map((fact) => fact.join(' '))].join(', ');
}

/* Bring the next match (or the one before) into view. */
function stepMatch(by) {
	if (!matches.length)
		return;
	current = current < 0 && by < 0 ? matches.length - 1 :
		(current + by + matches.length) % matches.length;
	pointTo(matches[current]);
	found.textContent = number(current + 1) + ' of ' +
		count(matches.length, 'match') + matchTotals;
}

function clearSearch() {
	searchBox.value = '';
	searchBox.blur();
	search();
}
