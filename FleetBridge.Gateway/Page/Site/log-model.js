// The lines of a log that the page keeps: a ring, what of it passes the filter, and where the search hits.

/** So many lines are kept. While somebody reads further up, twice as many, so that nothing moves under their eyes. */
export const MOST_LINES = 50_000;

export const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];

// the ring is cut in steps, because each cut moves what stays
const CUT = 5_000;

// a pattern that takes longer than this for all lines is given up
const LONGEST_SEARCH_MS = 400;

export class LogModel {
    /** The lines, oldest first; the number of the first one. Numbers are never used again. */
    #lines = [];
    #first = 0;

    /** Numbers of the lines that pass the filter, or null when all do. */
    #passed = null;

    /** Numbers of the lines in which the search hits. */
    #hits = [];

    #level = 0;
    #source = null;
    #pattern = null;
    #only = false;

    /** Whether lines above are read: they are kept for longer then. */
    isHeld = false;

    /** Changes whenever rows have not only come at the end. */
    layout = 0;

    /** How many lines were dropped at the beginning. */
    dropped = 0;

    /** source -> number of lines, of those kept. */
    sources = new Map();

    /** The pattern was given up because it took too long. */
    isTooSlow = false;

    get count() {
        return this.#passed === null ? this.#lines.length : this.#passed.length;
    }

    get total() {
        return this.#lines.length;
    }

    get hits() {
        return this.#hits.length;
    }

    get pattern() {
        return this.#pattern;
    }

    get isFiltered() {
        return this.#passed !== null;
    }

    /** The line in a row. */
    row(index) {
        return this.#passed === null ? this.#lines[index] : this.#line(this.#passed[index]);
    }

    /** The row of a line, or of the first one after it. */
    rowOf(number) {
        return this.#passed === null
            ? Math.min(Math.max(number - this.#first, 0), this.#lines.length)
            : lowerBound(this.#passed, number);
    }

    /**
     * Adds lines at the end.
     * @param {{time, level, name, text, mark}[]} lines
     * @returns how many rows have gone at the beginning
     */
    add(lines) {
        let number = this.#first + this.#lines.length;
        for (const line of lines) {
            line.number = number++;
            this.#lines.push(line);
            this.#count(line, 1);
            if (this.#passed !== null && this.#passes(line)) {
                this.#passed.push(line.number);
            }

            if (this.#isHit(line)) {
                this.#hits.push(line.number);
            }
        }

        return this.#trim();
    }

    /** Puts older lines before the others. */
    addBefore(lines) {
        this.#first -= lines.length;
        lines.forEach((line, index) => {
            line.number = this.#first + index;
            this.#count(line, 1);
        });
        this.#lines = lines.concat(this.#lines);
        this.#sift();
    }

    clear() {
        this.#first += this.#lines.length;
        this.#lines = [];
        this.sources.clear();
        this.#sift();
    }

    /**
     * Chooses what is shown.
     * @param {{ level?: number, source?: string|null, pattern?: RegExp|null, only?: boolean }} filter
     */
    filter({ level = this.#level, source = this.#source, pattern = this.#pattern, only = this.#only }) {
        this.#level = level;
        this.#source = source;
        this.#pattern = pattern;
        this.#only = only;
        this.#sift();
    }

    /** The hit after a line (or before it), from the other end when there is none. */
    hitBeside(number, step) {
        if (this.#hits.length === 0) {
            return null;
        }

        const at = step > 0 ? lowerBound(this.#hits, number + 1) : lowerBound(this.#hits, number) - 1;
        const index = (at + this.#hits.length) % this.#hits.length;
        return { number: this.#hits[index], index };
    }

    /** All that is shown, as text. */
    text() {
        const rows = [];
        for (let index = 0; index < this.count; index++) {
            rows.push(plain(this.row(index)));
        }

        return rows.length === 0 ? '' : `${rows.join('\n')}\n`;
    }

    #line(number) {
        return this.#lines[number - this.#first];
    }

    #passes(line) {
        return line.mark === true
            || ((line.rank ?? 1) >= this.#level
                && (this.#source === null || line.name === this.#source)
                && (!this.#only || this.#pattern === null || this.#matches(line)));
    }

    #isHit(line) {
        return this.#pattern !== null && line.mark !== true && this.#passes(line) && this.#matches(line);
    }

    #matches(line) {
        return this.#pattern.test(line.text) || this.#pattern.test(line.name);
    }

    /** The line of a record by its number in the topic; undefined where it is not here. */
    find(epoch, offset) {
        return this.#lines.findLast((line) => line.offset === offset && line.epoch === epoch);
    }

    #sift() {
        this.layout++;
        const all = this.#level === 0 && this.#source === null && !(this.#only && this.#pattern !== null);
        const start = performance.now();
        this.#passed = all ? null : [];
        this.#hits = [];
        this.isTooSlow = false;
        for (const line of this.#lines) {
            if (!all && this.#passes(line)) {
                this.#passed.push(line.number);
            }

            if (this.#isHit(line)) {
                this.#hits.push(line.number);
            }

            if ((line.number & 511) === 0 && performance.now() - start > LONGEST_SEARCH_MS) {
                this.isTooSlow = true;
                this.#pattern = null;
                this.#sift();
                this.isTooSlow = true;
                return;
            }
        }
    }

    #trim() {
        const most = this.isHeld ? 2 * MOST_LINES : MOST_LINES;
        if (this.#lines.length < most + CUT) {
            return 0;
        }

        this.layout++;
        const cut = this.#lines.length - most;
        for (let index = 0; index < cut; index++) {
            this.#count(this.#lines[index], -1);
        }

        this.#lines.splice(0, cut);
        this.#first += cut;
        this.dropped += cut;
        cutBelow(this.#hits, this.#first);
        return this.#passed === null ? cut : cutBelow(this.#passed, this.#first);
    }

    #count(line, step) {
        if (line.mark !== true && line.name !== '') {
            const count = (this.sources.get(line.name) ?? 0) + step;
            if (count > 0) {
                this.sources.set(line.name, count);
            } else {
                this.sources.delete(line.name);
            }
        }
    }
}

/** A line as a log file has it. */
export function plain(line) {
    return line.mark === true ? `--- ${line.text} ---`
        : [line.time, line.level, line.name === '' ? '' : `${line.name}:`, line.text].filter((part) => part !== '').join(' ');
}

/** A record of the topic `log` as a line. `epoch` and `offset` are its place in the topic, by which a link names it. */
export function lineOf(record, epoch, offset) {
    const level = record.level ?? 'INFO';
    return { time: record.time ?? '', level, rank: LEVELS.indexOf(level), name: record.name ?? '', text: record.message ?? '', epoch, offset };
}

/** A mark: where something is missing, or where another life of the bridge begins. */
export function markOf(text) {
    return { time: '', level: '', rank: 9, name: '', text, mark: true };
}

function cutBelow(numbers, first) {
    const cut = lowerBound(numbers, first);
    numbers.splice(0, cut);
    return cut;
}

function lowerBound(numbers, value) {
    let [low, high] = [0, numbers.length];
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (numbers[middle] < value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }

    return low;
}
