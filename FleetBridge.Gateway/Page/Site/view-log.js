// Log: everything of this bridge, live. The lines are kept while another view is shown.

import { h } from './dom.js';
import { line as commandOf } from './commands.js';
import { logPane } from './log-pane.js';
import { lineOf, markOf } from './log-model.js';
import { connection } from './state.js';
import { viewHead } from './ui.js';

// what is there at once: more than a window shows. Older lines follow in the background, and further ones when somebody scrolls up.
const FIRST_LINES = 200;
const OLDER_LINES = 2_000;
const LINES_IN_BACKGROUND = 10_000;
const BACKGROUND_PAUSE_MS = 100;

let pane = null;
let waiting = [];

/** The number of the oldest record here; null when what is older is of no use, since something between is missing. */
let oldest = null;
let hasGap = false;

/** Listens from the start of the page, so that nothing is missed while another view is shown. */
export function listenToLog() {
    connection.subscribe('log', FIRST_LINES, {
        events(records, skipped) {
            oldest ??= hasGap ? null : records[0].offset;
            const lines = records.map(({ event }) => lineOf(event));
            push(skipped > 0 ? [markOf(`${skipped} records were left out: too many came at once`), ...lines] : lines);
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

async function older() {
    // an answer has at most 256 KB, so that it may take several to reach what is there already
    const lines = [];
    const until = oldest;
    let after = Math.max(0, (until ?? 1) - 1 - OLDER_LINES);
    oldest = null;
    while (until !== null && after < until - 1) {
        const answer = await connection.request('log', 'read', { after, count: until - 1 - after });
        oldest ??= answer.after + 1;
        if (answer.records.length === 0) {
            break;
        }

        lines.push(...answer.records.slice(0, until - 1 - answer.after).map(lineOf));
        after = answer.after + answer.records.length;
    }

    if (hasGap) {
        // the bridge was restarted meanwhile: these are of the life before
        oldest = null;
        return [];
    }

    oldest ??= until;
    return lines;
}

/** Fetches what is older while nobody waits for it, so that a search finds it. */
async function fill() {
    while (pane.model.total < LINES_IN_BACKGROUND && !hasGap) {
        await new Promise((resolve) => setTimeout(resolve, BACKGROUND_PAUSE_MS));
        if (oldest !== null && !(await pane.loadOlder())) {
            return;
        }
    }
}

function command(filter, search) {
    return commandOf([
        'logs', '--url', location.origin,
        ...(filter.level === 'all' ? [] : ['--level', filter.level.toLowerCase()]),
        ...(search === '' ? [] : ['--grep', filter.isRegex ? search : search.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')]),
    ]);
}

export function logView() {
    if (pane === null) {
        pane = logPane({ label: 'Log of the bridge', file: 'fleetbridge.log', older, command });
        pane.add(waiting);
        waiting = [];
        void fill();
    }

    const element = h('div.view.full', null, viewHead('Log', 'Everything of this bridge, live.'), pane.element);
    pane.list.draw();
    return { element, title: 'Log', key: (name) => pane.key(name), dispose() {} };
}
