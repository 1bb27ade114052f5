// Descriptions as the editor shows them: `<Header>…</>` and `<a id="browser" href="…" style="Hyperlink">…</>`. They become elements;
// everything else in them is text.

import { h } from './dom.js';

const TAG = /<(Header|a)([^>]*)>([\s\S]*?)<\/>/g;
const HREF = /href="([^"]*)"/;

/** The heading of a description, or its first line. */
export function headingOf(description) {
    const header = /<Header>([\s\S]*?)<\/>/.exec(description ?? '');
    return header !== null ? header[1] : (description ?? '').split('\n')[0];
}

/** A description without its heading, as paragraphs and lists. */
export function described(description) {
    const lines = (description ?? '').replace(/<Header>[\s\S]*?<\/>\n?/, '').split('\n').filter((line) => line.trim() !== '');
    const parts = [];
    let list = null;
    for (const line of lines) {
        if (line.startsWith('•')) {
            if (list === null) {
                list = h('ul');
                parts.push(list);
            }

            list.append(h('li', null, inline(line.slice(1).trim())));
        } else {
            list = null;
            parts.push(h('p', null, inline(line)));
        }
    }

    return parts;
}

function inline(line) {
    const parts = [];
    let last = 0;
    for (const match of line.matchAll(TAG)) {
        parts.push(line.slice(last, match.index));
        parts.push(match[1] === 'a' ? link(match[3], HREF.exec(match[2])?.[1]) : h('strong', null, match[3]));
        last = match.index + match[0].length;
    }

    parts.push(line.slice(last));
    return parts;
}

/** A link, to http and https alone. */
export function link(label, address) {
    return /^https?:\/\//i.test(address ?? '')
        ? h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, label)
        : label;
}

/** A text with its http(s) addresses as links. */
export function linked(value) {
    return String(value).split(/(https?:\/\/[^\s"'<>]+[^\s"'<>.,;:)])/).map((part, index) => (index % 2 === 1 ? link(part, part) : part));
}
