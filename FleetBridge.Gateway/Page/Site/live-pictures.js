// Pictures that backends and servers publish, such as a map of a server's players. A stream runs while it is looked at.

import { h, put } from './dom.js';
import { repeat } from './fleet-store.js';
import { connection, machine } from './state.js';

/** Those that are shown, also when another view was looked at meanwhile. */
const shown = new Set();

/** A region with all streams; it is not there while there are none. */
export function livePictures() {
    const element = h('section.streams', { 'aria-label': 'Live pictures', hidden: true });
    let drawn = '';

    function draw(names) {
        const next = JSON.stringify([names, [...shown]]);
        if (next === drawn) {
            return;
        }

        drawn = next;
        element.hidden = names.length === 0;
        const focused = element.contains(document.activeElement) ? document.activeElement.dataset.stream : undefined;
        const old = new Map([...element.querySelectorAll('figure')].map((figure) => [figure.dataset.stream, figure]));
        put(element, h('h2', null, 'Live pictures'), names.map((name) => [
            h('button.button.small', {
                type: 'button', 'data-stream': name, 'aria-pressed': shown.has(name) ? 'true' : 'false', onclick: () => toggle(names, name),
            }, shown.has(name) ? `Hide ${name}` : `Show ${name}`),
            shown.has(name) ? old.get(name) ?? figureOf(name) : null,
        ]));
        if (focused !== undefined) {
            element.querySelector(`button[data-stream="${CSS.escape(focused)}"]`)?.focus();
        }
    }

    function toggle(names, name) {
        if (shown.delete(name)) {
            stop(element.querySelector(`figure[data-stream="${CSS.escape(name)}"]`));
        } else {
            shown.add(name);
        }

        draw(names);
    }

    const end = repeat(async () => {
        if (machine !== null) {
            // pictures do not travel over the mesh
            return;
        }

        try {
            draw((await connection.request('gateway', 'state')).streams ?? []);
        } catch {
            // the next turn asks again
        }
    });
    return {
        element,
        dispose() {
            end();
            stop(element);
        },
    };
}

/** An image that is taken away would go on loading, and its producer would go on painting. */
function stop(element) {
    element?.querySelectorAll('img').forEach((image) => image.removeAttribute('src'));
}

function figureOf(name) {
    return h('figure', { 'data-stream': name },
        h('img.live', { src: `/stream/${encodeURIComponent(name)}`, alt: `Live picture ${name}` }), h('figcaption', null, name));
}
