// A small chart of the last ten minutes, with its newest value as text beside it.

import { h, svg, text } from './dom.js';

const WINDOW_MS = 600_000;
const WIDTH = 72;
const HEIGHT = 20;

/** Values over time, as many as the window holds. */
export class Samples {
    #values = [];

    add(value, at = Date.now()) {
        if (Number.isFinite(value)) {
            this.#values.push([at, value]);
            const first = this.#values.findIndex(([time]) => at - time <= WINDOW_MS);
            if (first > 60) {
                this.#values.splice(0, first);
            }
        }
    }

    get last() {
        return this.#values.at(-1)?.[1];
    }

    get most() {
        return this.#values.reduce((most, [, value]) => Math.max(most, value), 0);
    }

    /** The line of the chart. */
    path(now, ceiling) {
        const top = Math.max(ceiling ?? 0, this.most, 1e-9);
        return this.#values
            .filter(([time]) => now - time <= WINDOW_MS)
            .map(([time, value], index) => {
                const x = WIDTH - ((now - time) / WINDOW_MS) * WIDTH;
                const y = HEIGHT - 1.5 - (value / top) * (HEIGHT - 3);
                return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
            })
            .join('');
    }
}

/**
 * A chart of samples.
 * @param {string} name what they are, for screen readers
 * @param {(value: number) => string} format
 * @param {number} ceiling the top of the scale, unless the values go beyond it
 */
export function chart(name, samples, format, ceiling) {
    const line = svg('path', { d: '' });
    const value = h('span.value');
    const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true', class: 'spark' },
        svg('path', { d: `M0 ${HEIGHT - 1}H${WIDTH}`, class: 'base' }), line);
    const element = h('span.chart', null, picture, value);
    return {
        element,
        name,
        draw(now) {
            line.setAttribute('d', samples.path(now, ceiling));
            text(value, samples.last === undefined ? '–' : format(samples.last));
            element.title = samples.last === undefined ? `${name}: not known` : `${name}: ${format(samples.last)} now, at most ${format(samples.most)} in ten minutes`;
        },
    };
}
