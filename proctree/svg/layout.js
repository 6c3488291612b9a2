/*
 * The layout: a block of rows for each process and all below it.
 */

/* Rows of blocks that were placed: when each row is free again. */
function Rows() {
	this.free = [];
	this.least = []; /* of 64 rows */
}

/* The first h rows that are all free at t. */
Rows.prototype.find = function (t, h) {
	const free = this.free, count = free.length;
	let r = 0, k = 0;
	while (k < count && k < r + h) {
		if (k === r && !(k & 63) && this.least[k >> 6] > t)
			r = k += 64;
		else if (free[k++] > t)
			r = k;
	}
	return Math.min(r, count);
};

Rows.prototype.fill = function (r, h, t) {
	for (let k = r; k < r + h; k++)
		this.free[k] = t;
	for (let g = r >> 6; g <= (r + h - 1) >> 6; g++) {
		let least = Infinity;
		for (let k = g << 6; k < (g + 1) << 6; k++)
			if (k < this.free.length)
				least = Math.min(least, this.free[k]);
		this.least[g] = g === this.free.length >> 6 ? -1 : least;
	}
};

/* Was there all the time, and did nothing that was seen. */
const isIdle = (i) => size[i] === 1 && flags[i] & BEFORE && flags[i] & OPEN;

/* Place the blocks of those from a to b that are side by side, the idle ones
 * last; their rows count from the first below the parent.  Returns how many
 * there are. */
function packBlocks(a, b) {
	if (a < b && a + size[a] >= b)
		return height[a];
	const rows = new Rows();
	const put = (c) => {
		row[c] = rows.find(start[c], height[c]);
		rows.fill(row[c], height[c], extent[c]);
	};
	const idle = [];
	for (let c = a; c < b; c += size[c])
		if (isIdle(c))
			idle.push(c);
		else
			put(c);
	idle.forEach(put);
	return rows.free.length;
}

function layout() {
	for (let i = n - 1; i >= 0; i--) {
		size[i] += 1;
		extent[i] = Math.max(extent[i], end[i]);
		height[i] = 1 + packBlocks(i + 1, i + size[i]);
		if (parent[i] < 0)
			continue;
		size[parent[i]] += size[i];
		extent[parent[i]] = Math.max(extent[parent[i]], extent[i]);
	}
	const count = packBlocks(0, n);
	for (let i = 0; i < n; i++)
		if (parent[i] >= 0)
			row[i] += row[parent[i]] + 1;
	return count;
}

const rowCount = layout();
const rowFirst = new Int32Array(rowCount + 1), inRow = i32();
(function () {
	for (let i = 0; i < n; i++)
		rowFirst[row[i] + 1]++;
	for (let r = 0; r < rowCount; r++)
		rowFirst[r + 1] += rowFirst[r];
	const next = rowFirst.slice();
	for (let i = 0; i < n; i++)
		inRow[next[row[i]]++] = i;
})();

/* The place in inRow of the first of a row whose end, or that of all below
 * it, is after t. */
function firstAfter(r, t, ends) {
	let a = rowFirst[r], b = rowFirst[r + 1];
	while (a < b) {
		const m = (a + b) >> 1;
		if (ends[inRow[m]] > t)
			b = m;
		else
			a = m + 1;
	}
	return a;
}
