// What game servers print: colours as classes of the theme, so that they can be read in both; everything else of a terminal is shown,
// not obeyed.

import { h } from './dom.js';

const ESCAPE = String.fromCharCode(27);
const SEQUENCE = new RegExp(`${ESCAPE}\\[([0-9;:]*)m`, 'g');
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** A line with its colours: texts and spans. */
export function ansi(value) {
    if (!value.includes(ESCAPE)) {
        return [visible(value)];
    }

    const parts = [];
    let style = { colour: null, bold: false };
    let last = 0;
    for (const match of value.matchAll(SEQUENCE)) {
        push(parts, value.slice(last, match.index), style);
        style = next(style, match[1].split(/[;:]/).map(Number));
        last = match.index + match[0].length;
    }

    push(parts, value.slice(last), style);
    return parts;
}

/** Control characters, and those that turn the direction of writing, as pictures. */
export function visible(value) {
    return value.replace(CONTROL, (character) => {
        const code = character.charCodeAt(0);
        return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
    });
}

function push(parts, value, style) {
    if (value === '') {
        return;
    }

    const classes = [style.colour === null ? '' : `ansi-${style.colour}`, style.bold ? 'ansi-bold' : ''].filter((name) => name !== '');
    parts.push(classes.length === 0 ? visible(value) : h(`span.${classes.join('.')}`, null, visible(value)));
}

function next(style, codes) {
    const result = { ...style };
    for (let index = 0; index < codes.length; index++) {
        const code = codes[index];
        if (code === 0) {
            result.colour = null;
            result.bold = false;
        } else if (code === 1) {
            result.bold = true;
        } else if (code === 22) {
            result.bold = false;
        } else if (code === 39) {
            result.colour = null;
        } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
            result.colour = NAMES[code % 10];
        } else if (code === 38 && codes[index + 1] === 5) {
            result.colour = ofPalette(codes[index + 2] ?? 0);
            index += 2;
        } else if (code === 38 && codes[index + 1] === 2) {
            result.colour = nearest(codes[index + 2] ?? 0, codes[index + 3] ?? 0, codes[index + 4] ?? 0);
            index += 4;
        } else if (code === 48) {
            index += codes[index + 1] === 5 ? 2 : codes[index + 1] === 2 ? 4 : 0;
        }
    }

    return result;
}

function ofPalette(value) {
    if (value < 16) {
        return NAMES[value % 8];
    }

    if (value >= 232) {
        return 'white';
    }

    const cube = value - 16;
    return nearest(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51);
}

/** The colour of the theme that a true colour becomes: which of its three parts are strong. */
function nearest(red, green, blue) {
    const most = Math.max(red, green, blue);
    const strong = (part) => part > 0 && part * 2 >= most;
    return NAMES[(strong(red) ? 1 : 0) + (strong(green) ? 2 : 0) + (strong(blue) ? 4 : 0)];
}
