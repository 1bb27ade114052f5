// A virtual list of lines: a few dozen elements, however many lines there are. Heights are computed, never measured.

import { h } from './dom.js';
import { LogHeights } from './log-heights.js';
import { LogRow, columnsOf } from './log-row.js';

// what is kept drawn above and below the window
const MARGIN_ROWS = 12;

export class LogList extends EventTarget {
    #model;
    #rows = new Map();
    #spare = [];
    #sizer;
    #heights = new LogHeights();
    #wraps = false;
    #offset = null;
    #frame = 0;
    #selected = null;
    #hit = null;
    #following = true;
    #sinceStop = 0;
    #shows;

    /** The window's height and place when it was drawn: what new lines or a new height have caused is nobody's wish. */
    #drawnHeight = 0;
    #drawnTop = 0;

    /** The line at the top of the window and how much of it is above: where a reader is, whatever comes before it. */
    #anchor = { number: 0, above: 0 };

    /**
     * @param {import('./log-model.js').LogModel} model
     * @param {{ label: string, times?: boolean, colours?: boolean }} options
     */
    constructor(model, { label, times = true, colours = false }) {
        super();
        this.#model = model;
        this.#shows = { times, colours };
        this.#sizer = h('div.log-sizer', { role: 'list' });
        this.element = h('div.log-scroller', {
            role: 'log', 'aria-live': 'off', 'aria-label': label, tabindex: '0',
            onscroll: () => this.#scrolled(),
            onwheel: (event) => event.deltaY < 0 && this.#leaveEnd(),
            onkeydown: (event) => this.#key(event),
            onclick: (event) => this.#click(event),
        }, this.#sizer);
        this.#observe();
    }

    get isFollowing() {
        return this.#following;
    }

    /** How many lines have come since following stopped. */
    get sinceStop() {
        return this.#sinceStop;
    }

    get selected() {
        return this.#selected;
    }

    /** The number of the line at the top of the window. */
    get topLine() {
        return this.#model.row(this.#heights.at(this.element.scrollTop))?.number ?? 0;
    }

    get wraps() {
        return this.#wraps;
    }

    /** Breaks long lines, or shows each on one line. */
    set wraps(isOn) {
        const top = this.topLine;
        this.#wraps = isOn;
        this.element.classList.toggle('wraps', isOn);
        this.#measure();
        this.changed(top);
    }

    /** By how many minutes the times of the lines are ahead of UTC; null where it is not known. */
    set offset(minutes) {
        this.#offset = minutes;
        this.redraw();
    }

    follow(isOn) {
        if (this.#following !== isOn) {
            this.#following = isOn;
            this.#model.isHeld = !isOn;
            this.#sinceStop = 0;
            this.dispatchEvent(new Event('follow'));
        }

        this.draw();
    }

    /** Lines were added at the end, and so many rows have gone at the beginning. */
    added(count, gone) {
        if (!this.#following) {
            this.#sinceStop += count;
            this.dispatchEvent(new Event('follow'));
            if (gone > 0) {
                this.#toAnchor();
            }
        }

        this.draw();
    }

    /** Rows were put before the others. */
    addedBefore() {
        if (!this.#following) {
            this.#toAnchor();
        }

        this.draw();
    }

    /** The list is in the window again, in which a browser forgets where it was. */
    shown() {
        if (!this.#following) {
            this.#toAnchor();
        }

        this.draw();
    }

    /** What is shown has changed altogether: the line at the top stays, or the end. */
    changed(top) {
        this.#resize();
        for (const row of this.#rows.values()) {
            this.#release(row);
        }

        this.#rows.clear();
        if (!this.#following && top !== undefined) {
            this.#anchor = { number: top, above: 0 };
            this.#toAnchor();
        }

        this.draw();
    }

    /** Shows a line in the middle of the window, and marks it. */
    reveal(number) {
        this.follow(false);
        this.#hit = number;
        const row = this.#model.rowOf(number);
        this.#resize();
        this.#scrollTo(Math.max(0, this.#heights.top(row) - this.element.clientHeight / 2));
        this.redraw();
    }

    select(number) {
        this.#selected = number;
        this.redraw();
        this.dispatchEvent(new Event('select'));
    }

    /** Draws every row again: what marks them has changed. */
    redraw() {
        for (const row of this.#rows.values()) {
            row.forget();
        }

        this.draw();
    }

    draw() {
        if (this.#frame === 0) {
            this.#frame = requestAnimationFrame(() => this.#drawNow());
        }
    }

    dispose() {
        cancelAnimationFrame(this.#frame);
        this.#frame = -1;
        document.removeEventListener('selectionchange', this.#selectionChanged);
        this.#resizes.disconnect();
    }

    #resizes = new ResizeObserver(() => {
        if (this.#measure()) {
            this.changed(this.#anchor.number);
        } else {
            this.draw();
        }
    });

    #selectionChanged = () => {
        const selection = document.getSelection();
        if (selection !== null && !selection.isCollapsed && this.element.contains(selection.anchorNode)) {
            this.#leaveEnd();
        }
    };

    #observe() {
        this.#resizes.observe(this.element);
        document.addEventListener('selectionchange', this.#selectionChanged);
    }

    /** Reads the grid: the height of a line, and how many characters fit into one. */
    #measure() {
        if (this.element.clientHeight === 0) {
            return false;
        }

        const height = parseFloat(getComputedStyle(this.element).getPropertyValue('line-height'));
        const lineHeight = Number.isFinite(height) && height > 0 ? Math.round(height) : 20;
        return this.#heights.set(lineHeight, this.#wraps ? columnsOf(this.#sizer, this.#shows) : 0);
    }

    #resize() {
        this.#heights.sync(this.#model);
        const height = `${this.#heights.top(this.#model.count)}px`;
        if (this.#sizer.style.height !== height) {
            this.#sizer.style.height = height;
        }
    }

    #toAnchor() {
        this.#resize();
        this.element.scrollTop = this.#heights.top(this.#model.rowOf(this.#anchor.number)) + this.#anchor.above;
    }

    #scrollTo(top) {
        this.element.scrollTop = top;
        this.#noteAnchor();
    }

    #noteAnchor() {
        const { scrollTop } = this.element;
        const row = this.#heights.at(scrollTop);
        this.#anchor = { number: this.#model.row(row)?.number ?? 0, above: scrollTop - this.#heights.top(row) };
    }

    #drawNow() {
        this.#frame = 0;
        const scroller = this.element;
        if (scroller.clientHeight === 0) {
            return;
        }

        this.#resize();
        this.#drawnHeight = scroller.clientHeight;
        const count = this.#model.count;
        const end = Math.max(0, this.#heights.top(count) - scroller.clientHeight);
        if (this.#following && Math.abs(scroller.scrollTop - end) > 1) {
            scroller.scrollTop = end;
        }

        const top = this.#following ? end : scroller.scrollTop;
        this.#drawnTop = scroller.scrollTop;
        this.#noteAnchor();
        const from = Math.max(0, this.#heights.at(top) - MARGIN_ROWS);
        const to = Math.min(count, this.#heights.at(top + scroller.clientHeight) + 1 + MARGIN_ROWS);
        const wanted = new Map();
        for (let index = from; index < to; index++) {
            const line = this.#model.row(index);
            wanted.set(line.number, index);
        }

        for (const [number, row] of this.#rows) {
            if (!wanted.has(number)) {
                this.#rows.delete(number);
                this.#release(row);
            }
        }

        const look = {
            selected: this.#selected, hit: this.#hit, pattern: this.#model.pattern, columns: this.#heights.columns, offset: this.#offset,
        };
        for (const [number, index] of wanted) {
            let row = this.#rows.get(number);
            if (row === undefined) {
                row = this.#spare.pop() ?? this.#create();
                this.#rows.set(number, row);
            }

            row.place(index, count, this.#heights);
            row.show(this.#model.row(index), look);
        }

        if (from === 0 && !this.#following) {
            this.dispatchEvent(new Event('top'));
        }
    }

    #create() {
        const row = new LogRow(this.#shows);
        this.#sizer.append(row.element);
        return row;
    }

    #release(row) {
        row.hide();
        this.#spare.push(row);
    }

    #scrolled() {
        const scroller = this.element;
        const isAtEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
        const isUp = scroller.clientHeight === this.#drawnHeight && scroller.scrollTop < this.#drawnTop - 1;
        if (this.#following && !isAtEnd && isUp) {
            this.follow(false);
        } else if (!this.#following && isAtEnd && this.#wantsEnd) {
            this.follow(true);
        }

        this.#wantsEnd = true;
        if (scroller.clientHeight > 0) {
            this.#noteAnchor();
        }

        this.draw();
    }

    /** Whether reaching the end means following again: not when it was reached by leaving it. */
    #wantsEnd = true;

    #leaveEnd() {
        if (this.element.scrollHeight > this.element.clientHeight + 1) {
            this.#wantsEnd = false;
            this.follow(false);
        }
    }

    #key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }

        const page = Math.max(1, Math.floor(this.element.clientHeight / this.#heights.lineHeight) - 1);
        const move = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[event.key];
        if (event.key === 'End') {
            event.preventDefault();
            this.follow(true);
        } else if (event.key === 'Home') {
            event.preventDefault();
            this.follow(false);
            this.element.scrollTop = 0;
        } else if (event.key === 'Enter' && event.target === this.element) {
            event.preventDefault();
            this.select(this.#selected ?? this.#middle());
        } else if (move !== undefined) {
            event.preventDefault();
            this.#move(move);
        }
    }

    #middle() {
        const middle = this.#heights.at(this.element.scrollTop + this.element.clientHeight / 2);
        return this.#model.row(Math.min(middle, this.#model.count - 1))?.number ?? null;
    }

    /** Moves the window, or the chosen line where one is chosen. */
    #move(rows) {
        if (this.#selected === null) {
            if (rows < 0) {
                this.#leaveEnd();
            }

            this.#scrollTo(this.element.scrollTop + rows * this.#heights.lineHeight);
            return;
        }

        const index = Math.min(Math.max(this.#model.rowOf(this.#selected) + rows, 0), this.#model.count - 1);
        const [top, bottom] = [this.#heights.top(index), this.#heights.top(index) + this.#heights.height(index)];
        if (top < this.element.scrollTop) {
            this.#leaveEnd();
            this.#scrollTo(top);
        } else if (bottom > this.element.scrollTop + this.element.clientHeight) {
            this.#scrollTo(bottom - this.element.clientHeight);
        }

        this.select(this.#model.row(index)?.number ?? null);
    }

    #click(event) {
        const row = event.target.closest('.line');
        if (row === null || !document.getSelection().isCollapsed) {
            return;
        }

        const line = this.#model.row(this.#model.rowOf(Number(row.dataset.number)));
        if (event.target.closest('.line-name') !== null) {
            this.dispatchEvent(new CustomEvent('source', { detail: line.name }));
        } else if (line.mark !== true) {
            this.select(line.number === this.#selected ? null : line.number);
        }
    }
}
