// Log: everything of this bridge, live. The lines are kept while another view is shown.

import { h, put } from './dom.js';
import { line as commandOf } from './commands.js';
import { logPane } from './log-pane.js';
import { lineOf, markOf } from './log-model.js';
import { connection, machine } from './state.js';
import { failure, viewHead } from './ui.js';

// What is there at once is more than a window shows. Older lines follow in the background, and further ones when somebody scrolls up.
const FIRST_LINES = globalThis.earlyConnection.logLines;
const OLDER_LINES = 2_000;
const LINES_AT_ONCE = 10_000;
const LINES_IN_BACKGROUND = 10_000;
const BACKGROUND_REST_MS = 500;
const BACKGROUND_PAUSE_MS = 100;

// how long the first view waits for lines: drawing it twice would take longer
const FIRST_WAIT_MS = 60;

const notice = h('div');

let pane = null;
let waiting = [];

/** The number of the oldest record here; null when what is older is of no use, since something between is missing. */
let oldest = null;
let hasGap = false;

/** The topic's last known position, and by how many minutes the bridge's times are ahead of UTC. */
let position = null;
let offset = null;

/** The record that a link names and that is not here yet: its place in the topic. */
let wanted = null;
let isOpening = false;

const heard = Promise.withResolvers();

/** Comes when the log has begun, or does not begin soon. */
export const logBegun = heard.promise;

/** Listens from the start of the page, so that nothing is missed while another view is shown. */
export function listenToLog() {
    setTimeout(heard.resolve, FIRST_WAIT_MS);
    connection.subscribe('log', FIRST_LINES, {
        events(records, skipped, epoch) {
            oldest ??= hasGap ? null : records[0].offset;
            const lines = records.map((record) => lineOf(record.event, epoch, record.offset));
            heard.resolve();
            push(skipped > 0 ? [markOf(`${skipped} records were left out: too many came at once`), ...lines] : lines);
            void openWanted();
        },
        mark(mark) {
            if (mark.error) {
                push([markOf(`The log cannot be read: ${mark.error.description ?? mark.error.error}`)]);
            } else if (mark.restarted) {
                [oldest, hasGap] = [null, true];
                push([markOf('The bridge was restarted')]);
            } else if (mark.again && mark.recovered === false) {
                [oldest, hasGap] = [null, true];
                push([markOf('Some records are missing: the bridge no longer had them')]);
            } else {
                position = { epoch: mark.epoch, offset: mark.offset };
                offset = mark.snapshot?.utc_offset_minutes ?? null;
                if (pane !== null) {
                    pane.offset = offset;
                }
            }
        },
    });
}

function push(lines) {
    if (pane === null) {
        waiting.push(...lines);
        if (waiting.length > 100_000) {
            waiting = waiting.slice(-50_000);
        }
    } else {
        pane.add(lines);
    }
}

async function older(count = OLDER_LINES) {
    if (machine !== null) {
        // others' logs are heard from now on
        return [];
    }

    // a response has at most 256 KB, so that it may take several to reach what is there already
    const lines = [];
    const until = oldest;
    let first = null;
    let after = Math.max(0, (until ?? 1) - 1 - count);
    while (until !== null && after < until - 1) {
        const answer = await connection.request('log', 'read', { after, count: until - 1 - after });
        first ??= answer.after + 1;
        if (answer.records.length === 0) {
            break;
        }

        lines.push(...answer.records.slice(0, until - 1 - answer.after).map((record, index) => lineOf(record, answer.epoch, answer.after + 1 + index)));
        after = answer.after + answer.records.length;
    }

    if (hasGap) {
        // the bridge was restarted meanwhile: these are of the life before
        oldest = null;
        return [];
    }

    oldest = first ?? until;
    return lines;
}

/** The address of a line, which opens the log at it. */
function linkOf(line) {
    return line.epoch === undefined || machine !== null ? null : `#/log/${line.epoch}/${line.offset}`;
}

/** Shows the record that a link names, fetching what is between it and the lines that are here. */
async function openWanted() {
    if (wanted === null || pane === null || isOpening) {
        return;
    }

    isOpening = true;
    const { epoch, offset: number } = wanted;
    let line = pane.model.find(epoch, number);
    while (line === undefined && oldest !== null && number < oldest && position?.epoch === epoch
        && await pane.loadOlder(Math.min(oldest - number + OLDER_LINES / 2, LINES_AT_ONCE))) {
        line = pane.model.find(epoch, number);
    }

    line ??= pane.model.find(epoch, number);
    isOpening = false;
    if (wanted?.epoch !== epoch || wanted.offset !== number) {
        await openWanted();
    } else if (line !== undefined) {
        wanted = null;
        put(notice);
        pane.open(line);
    } else if (position !== null && oldest !== null && (position.epoch !== epoch || number < oldest)) {
        wanted = null;
        put(notice, failure(position.epoch !== epoch
            ? 'The link names a line of an earlier run of the bridge, which this page no longer has. The log file has it.'
            : 'The link names a line that is further back than this page reads. The log file has it.', commandOf(['logs'])));
    }
}

/** Fetches what is older while nobody waits for it, so that a search finds it. */
async function fill() {
    await new Promise((resolve) => setTimeout(resolve, BACKGROUND_REST_MS));
    while (pane.model.total < LINES_IN_BACKGROUND && !hasGap) {
        await new Promise((resolve) => setTimeout(resolve, BACKGROUND_PAUSE_MS));
        if (oldest !== null && !(await pane.loadOlder(OLDER_LINES))) {
            return;
        }
    }
}

function command(filter, search) {
    if (machine !== null) {
        return commandOf(['mesh', 'listen', 'fleetbridge.log', '--mesh', 'BROKER']);
    }

    return commandOf([
        'logs', '--url', location.origin,
        ...(filter.level === 'all' ? [] : ['--level', filter.level.toLowerCase()]),
        ...(search === '' ? [] : ['--grep', filter.isRegex ? search : search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')]),
    ]);
}

/** @param {string[]} place the epoch and the number of a record, which is shown */
export function logView([epoch, number] = []) {
    if (pane === null) {
        pane = logPane({ label: 'Log of the bridge', file: 'fleetbridge.log', older, linkOf, command });
        pane.offset = offset;
        pane.add(waiting);
        waiting = [];
        void fill();
    }

    // the address names the line that is chosen, so that it can be handed on and survives a reload
    const onSelect = () => history.replaceState(null, '', pane.selected === undefined ? '#/log' : linkOf(pane.selected) ?? '#/log');
    const element = h('div.view.full', null, viewHead('Log', machine === null ? 'Everything of this bridge, live.' : `Everything of the bridge on ${machine}, from now on.`), notice, pane.element);
    put(notice);
    pane.list.addEventListener('select', onSelect);
    wanted = epoch === undefined ? null : { epoch, offset: Number(number) };
    return {
        element,
        title: 'Log',
        key: (name) => pane.key(name),
        shown() {
            pane.list.shown();
            void openWanted();
        },
        dispose() {
            pane.list.removeEventListener('select', onSelect);
        },
    };
}
