// The parts that every view is made of.

import { h, hidden, text } from './dom.js';

const SAY_MS = 100;

// long enough to be read out; then it is no text of the page any more
const SAID_MS = 4_000;

let saying = 0;

/** Shapes of states: they are told apart without colour, and the word is always beside them. */
const SHAPES = { ready: '●', working: '◐', absent: '○', differs: '▲', failed: '■', unknown: '·' };

/** A state as shape and word. */
export function badge(kind, word) {
    return h(`span.badge.${kind}`, null, h('span.shape', { 'aria-hidden': 'true' }, SHAPES[kind] ?? '·'), h('span.word', null, word));
}

/** A button. `object` is what it acts on: part of its name, and shown only where the row does not say it. */
export function button(label, { object = null, kind = '', onclick, disabled = false, title = null, keys = null } = {}) {
    const classes = kind === '' ? 'button.button' : `button.button.${kind}`;
    return h(classes, { type: 'button', onclick, disabled, title, 'aria-keyshortcuts': keys },
        label, object === null ? null : hidden(` ${object}`));
}

/** A command line with a button that copies it. */
export function commandLine(command, label = 'The same on the command line') {
    const word = h('span', null, 'Copy');
    const copy = h('button.button.quiet', {
        type: 'button',
        onclick: async () => {
            await copyText(command);
            said('The command is copied.');
            text(word, 'Copied');
            setTimeout(() => text(word, 'Copy'), 2_000);
        },
    }, word, hidden(' command'));
    return h('div.command', null, h('span.command-label', null, label), h('code', null, command), copy);
}

/** Puts text on the clipboard. */
export async function copyText(value) {
    if (navigator.clipboard !== undefined) {
        await navigator.clipboard.writeText(value);
    }
}

/** Offers text as a file. */
export function download(name, value) {
    const address = URL.createObjectURL(new Blob([value], { type: 'text/plain;charset=utf-8' }));
    const anchor = h('a', { href: address, download: name });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Tells screen readers what has happened. */
export function said(message) {
    const region = document.getElementById('said');
    clearTimeout(saying);
    region.textContent = '';
    saying = setTimeout(() => {
        text(region, message);
        saying = setTimeout(() => text(region, ''), SAID_MS);
    }, SAY_MS);
}

/** The head of a view: its heading, what it is about, and its actions. */
export function viewHead(title, about, ...actions) {
    return h('div.view-head', null, h('h1', null, title), h('div.about', null, about), h('div.actions', null, actions));
}

/** What is shown where there is nothing yet: what to do next. */
export function empty(title, explanation, ...commands) {
    return h('div.empty', null, h('h2', null, title), h('p', null, explanation), commands.map((command) => commandLine(command, 'On the command line')));
}

/** A failure: what happened, what to do, and with which command. */
export function failure(message, command = null) {
    return h('div.failure', { role: 'group', 'aria-label': 'Failure' },
        badge('failed', 'failed'), h('p', null, message), command === null ? null : commandLine(command));
}

/**
 * Asks before something is destroyed.
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, body, action }) {
    const cancel = button('Cancel', { onclick: () => dialog.close('no') });
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' },
        h('h2', { id: 'dialog-title' }, title),
        h('div.dialog-body', null, body),
        h('div.dialog-actions', null,
            cancel,
            button(action, { kind: 'danger', onclick: () => dialog.close('yes') })));
    document.body.append(dialog);
    dialog.showModal();
    cancel.focus();
    return new Promise((resolve) => {
        dialog.addEventListener('close', () => {
            dialog.remove();
            resolve(dialog.returnValue === 'yes');
        }, { once: true });
    });
}

/** A dialog that only shows something. */
export function shown(title, ...body) {
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title' },
        h('h2', { id: 'dialog-title' }, title),
        h('div.dialog-body', null, body),
        h('div.dialog-actions', null, button('Close', { onclick: () => dialog.close() })));
    document.body.append(dialog);
    dialog.addEventListener('close', () => dialog.remove(), { once: true });
    dialog.showModal();
    return dialog;
}

/** A choice with a label. */
export function select(label, options, value, onchange) {
    const element = h('select', { onchange: () => onchange(element.value) },
        options.map(([name, word]) => h('option', { value: name, selected: name === value }, word)));
    return h('label.field', null, h('span', null, label), element);
}

/** A switch with a label. */
export function checkbox(label, checked, onchange, { keys = null, title = null } = {}) {
    const element = h('input', { type: 'checkbox', checked, 'aria-keyshortcuts': keys, onchange: () => onchange(element.checked) });
    return h('label.check', { title }, element, h('span', null, label));
}

/** Facts on one line: pairs that stay together. */
export function facts(...pairs) {
    return h('dl.inline', null, pairs.map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))));
}

/** JSON as a definition list, nested where it is nested. */
export function detailsOf(value, leaf = (item) => String(item)) {
    if (value === null || value === undefined || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)) {
        return h('span.muted', null, '–');
    }

    if (Array.isArray(value)) {
        return value.length === 0 ? h('span.muted', null, 'none') : h('ul.plain', null, value.map((item) => h('li', null, detailsOf(item, leaf))));
    }

    if (typeof value === 'object') {
        return h('dl.details', null, Object.entries(value).map(([name, item]) => [h('dt', null, name), h('dd', null, detailsOf(item, leaf))]));
    }

    return h('span', null, leaf(value));
}
