// How elements are made: by their names, properties and texts. Nothing here reads markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element.
 * @param {string} name its tag, with classes behind dots: `button.primary`
 * @param {object} properties attributes, `on…` handlers and DOM properties; null leaves one out
 * @param {...(Node|string|number|null|false)} children
 */
export function h(name, properties, ...children) {
    const [tag, ...classes] = name.split('.');
    const element = document.createElement(tag);
    if (classes.length > 0) {
        element.className = classes.join(' ');
    }

    return fill(element, properties, children);
}

/** Makes an SVG element. */
export function svg(name, properties, ...children) {
    return fill(document.createElementNS(SVG, name), properties, children);
}

/** Replaces what an element holds. */
export function put(element, ...children) {
    element.replaceChildren(...children.flat(Infinity).filter(isShown));
    return element;
}

/** Sets a text, and touches nothing when it is the same. */
export function text(element, value) {
    const next = String(value);
    if (element.textContent !== next) {
        element.textContent = next;
    }
}

/** Text for screen readers alone. */
export function hidden(value) {
    return h('span.sr', null, value);
}

/** `12,345`. Not by the browser's own formats: it takes some 40 ms to load them, before the first line is drawn. */
export function grouped(count) {
    return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** How long ago: `3 s`, `12 min`, `4 h`, `2 d`. */
export function age(milliseconds) {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    return seconds < 60 ? `${seconds} s`
        : seconds < 3600 ? `${Math.floor(seconds / 60)} min`
        : seconds < 86_400 ? `${Math.floor(seconds / 3600)} h`
        : `${Math.floor(seconds / 86_400)} d`;
}

/** `1.2 GB`. */
export function bytes(value) {
    if (value === null || value === undefined) {
        return '–';
    }

    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    let unit = 0;
    let rest = Number(value);
    while (rest >= 1000 && unit < units.length - 1) {
        rest /= 1024;
        unit++;
    }

    return `${rest >= 100 || unit === 0 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === null || value === undefined || value === false) {
            continue;
        }

        if (name.startsWith('on')) {
            element.addEventListener(name.slice(2), value);
        } else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'hidden' || name === 'selected') {
            element[name] = value;
        } else {
            element.setAttribute(name, value === true ? '' : String(value));
        }
    }

    element.append(...children.flat(Infinity).filter(isShown));
    return element;
}

function isShown(child) {
    return child !== null && child !== undefined && child !== false;
}
