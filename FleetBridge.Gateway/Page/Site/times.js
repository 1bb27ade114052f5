// Times as they are shown: in this browser's zone or in UTC, one choice for the whole page.

import { h } from './dom.js';
import { choices } from './state.js';

const RECORD = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d),(\d{3})$/;
const MINUTE_MS = 60_000;

let utc = choices.get('utc', false) === true;

/** Whether times are shown in UTC. */
export function isUtc() {
    return utc;
}

/** Chooses UTC or this browser's zone. Times that are shown already follow; `window` tells of it by `zone`. */
export function setUtc(isOn) {
    utc = isOn;
    choices.set('utc', isOn);
    for (const element of document.querySelectorAll('time[datetime]')) {
        element.textContent = clock(new Date(element.dateTime));
        element.title = whole(new Date(element.dateTime));
    }

    dispatchEvent(new Event('zone'));
}

/** A `<time>` with the time of day, and the whole one on hover. */
export function time(value) {
    const date = value instanceof Date ? value : new Date(value);
    if (Number.isNaN(date.getTime())) {
        return h('span', null, String(value ?? '–'));
    }

    return h('time', { datetime: date.toISOString(), title: whole(date) }, clock(date));
}

/** `2026-11-05`. */
export function day(date) {
    return date.toLocaleDateString('sv-SE', utc ? { timeZone: 'UTC' } : {});
}

/** `10:22:33`. */
export function clock(date) {
    return date.toLocaleTimeString('en-GB', { hour12: false, ...(utc ? { timeZone: 'UTC' } : {}) });
}

/**
 * A record's time, which is in the bridge's zone, as it is shown: `2026-11-05 10:22:33,123`.
 * @param {string} text as the record has it
 * @param {number|null} offset minutes by which the bridge's zone is ahead of UTC; null where it is not known
 */
export function recordTime(text, offset) {
    const parts = offset === null ? null : RECORD.exec(text);
    if (parts === null) {
        return text;
    }

    const [year, month, day, hour, minute, second, part] = parts.slice(1).map(Number);
    const instant = Date.UTC(year, month - 1, day, hour, minute, second, part) - offset * MINUTE_MS;
    const shift = utc ? 0 : -new Date(instant).getTimezoneOffset();
    return shift === offset ? text : new Date(instant + shift * MINUTE_MS).toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
}

/** What the chosen zone is called. */
export function zoneName() {
    return utc ? 'UTC' : 'local time';
}

function whole(date) {
    return utc ? date.toUTCString() : date.toLocaleString();
}
