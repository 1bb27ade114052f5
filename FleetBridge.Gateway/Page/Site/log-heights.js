// How high the rows of a log are. Without wrapping each is one line. With it the monospace grid tells how many lines a text takes, so that
// nothing has to be laid out to know where a row is.

/** A wrapped row has at most so many lines; the details have all of it. */
export const MOST_LINES_A_ROW = 12;

const TAB = 8;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;
const PLAIN = /^[\x20-\x7e]*$/;

export class LogHeights {
    #lineHeight = 20;
    #columns = 0;

    /** The number of lines before each row, and behind the last one. */
    #sums = [0];
    #layout = -1;

    get lineHeight() {
        return this.#lineHeight;
    }

    get wraps() {
        return this.#columns > 0;
    }

    get columns() {
        return this.#columns;
    }

    /**
     * Sets the grid.
     * @param {number} lineHeight in pixels
     * @param {number} columns how many characters fit beside each other; 0 for no wrapping
     * @returns whether anything has changed
     */
    set(lineHeight, columns) {
        const isNew = lineHeight !== this.#lineHeight || columns !== this.#columns;
        [this.#lineHeight, this.#columns] = [lineHeight, columns];
        if (isNew) {
            this.#layout = -1;
        }

        return isNew;
    }

    /** Takes over what the model shows. */
    sync(model) {
        if (!this.wraps) {
            return;
        }

        if (this.#layout !== model.layout || this.#sums.length > model.count + 1) {
            this.#layout = model.layout;
            this.#sums = [0];
        }

        let sum = this.#sums.at(-1);
        for (let index = this.#sums.length - 1; index < model.count; index++) {
            sum += this.#lines(model.row(index));
            this.#sums.push(sum);
        }
    }

    /** Where a row begins, in pixels; behind the last one for its count. */
    top(index) {
        return (this.wraps ? this.#sums[Math.min(Math.max(index, 0), this.#sums.length - 1)] : index) * this.#lineHeight;
    }

    height(index) {
        return this.wraps ? this.top(index + 1) - this.top(index) : this.#lineHeight;
    }

    /** The row at a place, in pixels. */
    at(top) {
        if (!this.wraps) {
            return Math.floor(top / this.#lineHeight);
        }

        const wanted = Math.floor(top / this.#lineHeight);
        let [low, high] = [0, this.#sums.length - 1];
        while (low < high) {
            const middle = (low + high + 1) >>> 1;
            if (this.#sums[middle] <= wanted) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }

        return low;
    }

    #lines(line) {
        return Math.min(MOST_LINES_A_ROW, Math.max(1, Math.ceil(cells(line.text) / this.#columns)));
    }
}

/** How many cells of the grid a text takes; rather too many than too few. */
function cells(text) {
    return PLAIN.test(text) ? text.length : text.length + (text.match(WIDE)?.length ?? 0) + (TAB - 1) * (text.split('\t').length - 1);
}
