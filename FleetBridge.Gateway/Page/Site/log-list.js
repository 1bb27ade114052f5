// A virtual list of lines with one fixed height: a few dozen elements, however many lines there are.

import { h, put, text } from './dom.js';
import { ansi } from './ansi.js';

// what is kept drawn above and below the window
const MARGIN_ROWS = 12;

// longer lines are cut in the list; the details have all of it
const LONGEST_LINE = 2_000;

export class LogList extends EventTarget {
    #model;
    #rows = new Map();
    #spare = [];
    #sizer;
    #rowHeight = 20;
    #frame = 0;
    #selected = null;
    #hit = null;
    #following = true;
    #sinceStop = 0;
    #shows;

    /** The window's height and place when it was drawn: what new lines or a new height have caused is nobody's wish. */
    #drawnHeight = 0;
    #drawnTop = 0;

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
        return this.#model.row(Math.floor(this.element.scrollTop / this.#rowHeight))?.number ?? 0;
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
            this.#shift(-gone);
        }

        this.draw();
    }

    /** So many rows were put before the others. */
    addedBefore(count) {
        if (!this.#following) {
            this.#shift(count);
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
            this.element.scrollTop = this.#model.rowOf(top) * this.#rowHeight;
        }

        this.draw();
    }

    /** Shows a line in the middle of the window, and marks it. */
    reveal(number) {
        this.follow(false);
        this.#hit = number;
        const row = this.#model.rowOf(number);
        this.#resize();
        this.element.scrollTop = Math.max(0, row * this.#rowHeight - this.element.clientHeight / 2);
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
            row.line = null;
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
        this.#measure();
        this.draw();
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

    #measure() {
        const height = parseFloat(getComputedStyle(this.element).getPropertyValue('line-height'));
        this.#rowHeight = Number.isFinite(height) && height > 0 ? Math.round(height) : 20;
    }

    #resize() {
        const height = `${this.#model.count * this.#rowHeight}px`;
        if (this.#sizer.style.height !== height) {
            this.#sizer.style.height = height;
        }
    }

    #shift(rows) {
        if (rows !== 0) {
            this.#resize();
            this.element.scrollTop += rows * this.#rowHeight;
        }
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
        const end = Math.max(0, count * this.#rowHeight - scroller.clientHeight);
        if (this.#following && Math.abs(scroller.scrollTop - end) > 1) {
            scroller.scrollTop = end;
        }

        const top = this.#following ? end : scroller.scrollTop;
        this.#drawnTop = scroller.scrollTop;
        const from = Math.max(0, Math.floor(top / this.#rowHeight) - MARGIN_ROWS);
        const to = Math.min(count, Math.ceil((top + scroller.clientHeight) / this.#rowHeight) + MARGIN_ROWS);
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

        for (const [number, index] of wanted) {
            let row = this.#rows.get(number);
            if (row === undefined) {
                row = this.#spare.pop() ?? this.#create();
                this.#rows.set(number, row);
            }

            this.#fill(row, index, count);
        }

        if (from === 0 && !this.#following) {
            this.dispatchEvent(new Event('top'));
        }
    }

    #create() {
        const row = {
            element: h('div.line', { role: 'listitem' }),
            time: h('span.line-time'), level: h('span.line-level'), name: h('button.line-name', { type: 'button', tabindex: '-1' }),
            text: h('span.line-text'), line: null, index: -1,
        };
        row.element.append(...(this.#shows.times ? [row.time, row.level, row.name] : []), row.text);
        this.#sizer.append(row.element);
        return row;
    }

    #release(row) {
        row.line = null;
        row.index = -1;
        row.element.hidden = true;
        this.#spare.push(row);
    }

    #fill(row, index, count) {
        if (row.index !== index) {
            row.index = index;
            row.element.style.transform = `translateY(${index * this.#rowHeight}px)`;
            row.element.setAttribute('aria-posinset', index + 1);
        }

        row.element.setAttribute('aria-setsize', count);
        const line = this.#model.row(index);
        if (row.line === line) {
            return;
        }

        row.line = line;
        row.element.hidden = false;
        row.element.className = `line level-${(line.level || 'none').toLowerCase()}${line.mark === true ? ' mark' : ''}`
            + (line.number === this.#selected ? ' selected' : '') + (line.number === this.#hit ? ' hit' : '');
        row.element.dataset.number = line.number;
        if (this.#shows.times) {
            text(row.time, line.time.slice(11, 23));
            text(row.level, line.level.slice(0, 1));
            row.level.title = line.level;
            text(row.name, line.name);
            row.name.hidden = line.name === '';
        }

        this.#write(row.text, line);
    }

    #write(element, line) {
        const shown = line.text.length > LONGEST_LINE ? `${line.text.slice(0, LONGEST_LINE)} …` : line.text;
        const pattern = this.#model.pattern;
        if (this.#shows.colours) {
            put(element, ansi(shown));
        } else if (pattern === null || line.mark === true) {
            text(element, shown);
        } else {
            put(element, highlighted(shown, pattern));
        }
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

        const page = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 1);
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
        const middle = Math.floor((this.element.scrollTop + this.element.clientHeight / 2) / this.#rowHeight);
        return this.#model.row(Math.min(middle, this.#model.count - 1))?.number ?? null;
    }

    /** Moves the window, or the chosen line where one is chosen. */
    #move(rows) {
        if (this.#selected === null) {
            if (rows < 0) {
                this.#leaveEnd();
            }

            this.element.scrollTop += rows * this.#rowHeight;
            return;
        }

        const index = Math.min(Math.max(this.#model.rowOf(this.#selected) + rows, 0), this.#model.count - 1);
        const top = index * this.#rowHeight;
        if (top < this.element.scrollTop) {
            this.#leaveEnd();
            this.element.scrollTop = top;
        } else if (top + this.#rowHeight > this.element.scrollTop + this.element.clientHeight) {
            this.element.scrollTop = top + this.#rowHeight - this.element.clientHeight;
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

function highlighted(value, pattern) {
    const parts = [];
    const search = new RegExp(pattern.source, `${pattern.flags.replace(/[gy]/g, '')}g`);
    let last = 0;
    for (const match of value.matchAll(search)) {
        if (match[0].length > 0) {
            parts.push(value.slice(last, match.index), h('mark', null, match[0]));
            last = match.index + match[0].length;
        }

        if (parts.length > 100) {
            break;
        }
    }

    parts.push(value.slice(last));
    return parts;
}
