// One row of a log list: an element that is used again and again for other lines.

import { h, put, text } from './dom.js';
import { ansi } from './ansi.js';
import { MOST_LINES_A_ROW } from './log-heights.js';
import { recordTime } from './times.js';

// longer lines are cut in the list; the details have all of it
const LONGEST_LINE = 2_000;

const PROBE = 100;
const LEAST_COLUMNS = 8;

export class LogRow {
    #shows;
    #time = h('span.line-time');
    #level = h('span.line-level');
    #name = h('button.line-name', { type: 'button', tabindex: '-1' });
    #text = h('span.line-text');
    #line = null;
    #place = '';

    /** @param {{ times: boolean, colours: boolean }} shows */
    constructor(shows) {
        this.#shows = shows;
        this.element = h('div.line', { role: 'listitem' }, ...(shows.times ? [this.#time, this.#level, this.#name] : []), this.#text);
    }

    /** The next `show` writes everything, also where the line is the same. */
    forget() {
        this.#line = null;
    }

    /** How many characters fit beside each other into its text, in the list that it is put into for this. */
    measureColumns(list) {
        const characters = h('span', null, '0'.repeat(PROBE));
        this.element.classList.add('probe');
        this.#text.replaceChildren(characters);
        list.append(this.element);
        const room = this.#text.getBoundingClientRect().width;
        this.#text.classList.add('one-line');
        const width = characters.getBoundingClientRect().width / PROBE;
        this.element.remove();

        // a little less than the whole room: widths are rounded
        return Math.max(LEAST_COLUMNS, Math.floor(room / width - 0.01));
    }

    hide() {
        this.#line = null;
        this.#place = '';
        this.element.hidden = true;
    }

    /** Puts it where its line belongs. */
    place(index, count, heights) {
        const place = `${heights.top(index)} ${heights.wraps ? heights.height(index) : ''} ${index}`;
        if (this.#place !== place) {
            this.#place = place;
            this.element.style.transform = `translateY(${heights.top(index)}px)`;
            this.element.style.height = heights.wraps ? `${heights.height(index)}px` : '';
            this.element.setAttribute('aria-posinset', index + 1);
        }

        this.element.setAttribute('aria-setsize', count);
    }

    /**
     * Shows a line.
     * @param {object} line
     * @param {{ selected: number|null, hit: number|null, pattern: RegExp|null, columns: number, offset: number|null }} look
     */
    show(line, { selected, hit, pattern, columns, offset }) {
        if (this.#line === line) {
            return;
        }

        this.#line = line;
        this.element.hidden = false;
        this.element.className = `line level-${(line.level || 'none').toLowerCase()}${line.mark === true ? ' mark' : ''}`
            + (line.number === selected ? ' selected' : '') + (line.number === hit ? ' hit' : '');
        this.element.dataset.number = line.number;
        if (this.#shows.times) {
            text(this.#time, recordTime(line.time, offset).slice(11, 23));
            text(this.#level, line.level.slice(0, 1));
            this.#level.title = line.level;
            text(this.#name, line.name);
            this.#name.hidden = line.name === '';
        }

        this.#write(line, pattern, columns > 0 ? Math.min(LONGEST_LINE, columns * MOST_LINES_A_ROW - 2) : LONGEST_LINE);
    }

    #write(line, pattern, most) {
        const shown = line.text.length > most ? `${line.text.slice(0, most)} …` : line.text;
        if (this.#shows.colours) {
            put(this.#text, ansi(shown));
        } else if (pattern === null || line.mark === true) {
            text(this.#text, shown);
        } else {
            put(this.#text, highlighted(shown, pattern));
        }
    }
}

/** How many characters fit beside each other into a row of a list. */
export function columnsOf(list, shows) {
    return new LogRow(shows).measureColumns(list);
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
