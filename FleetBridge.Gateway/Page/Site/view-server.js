// One server: its state and figures, its log with the console below it, its configuration, and how it ended lately.

import { age, bytes, h, put, text } from './dom.js';
import { chart } from './chart.js';
import { hostCommand, serverCommand } from './commands.js';
import { fleet, repeat, stateKind } from './fleet-store.js';
import { logPane } from './log-pane.js';
import { choices, connection, may } from './state.js';
import { day, time } from './times.js';
import { badge, button, commandLine, detailsOf, facts, failure, said, viewHead } from './ui.js';
import { isRunning, percent, serverActions } from './view-fleet.js';

const TAIL = 1_000;
const MOST_HISTORY = 32;
const SECRET = /(secret|token|password|key|credential)/i;

export function serverView(id) {
    let server = fleet.servers.find((each) => each.id === id) ?? { id, state: 'unknown' };
    const method = `GET /server/${encodeURIComponent(id)}`;
    const logMethod = `GET /server/${encodeURIComponent(id)}/log`;
    const known = fleet.samplesOf(id);
    const charts = [chart('CPU', known.cpu, percent, 100), chart('Memory', known.memory, bytes), chart('Players', known.players, String)];
    const state = h('span');
    const values = Object.fromEntries(['Process', 'Ports', 'Restarts', 'Up'].map((name) => [name, h('span', null, '–')]));
    const figures = facts(...['CPU', 'Memory', 'Players'].map((name, index) => [name, charts[index].element]), ...Object.entries(values));
    const problem = h('div');
    const more = h('div.server-more', { hidden: true, id: 'server-more' });
    const actions = serverActions(() => server, (type, command, error) => {
        put(problem, error === null ? null : failure(error.message, serverCommand(type, id)));
        void read();
    });
    const pane = logPane({ label: `Log of ${id}`, levels: false, file: `${id}.log`, command: () => hostCommand(['server', 'logs', id, '-f'], logMethod, { tail: TAIL }) });
    const field = h('input', {
        type: 'text', 'aria-label': `Console of ${id}`, placeholder: 'Console: one line to the server  c', spellcheck: 'false', autocomplete: 'off',
        'aria-keyshortcuts': 'c', onkeydown: (event) => consoleKey(event),
    });
    const send = button('Send', { onclick: () => void submit() });
    const toggle = h('button.button', { type: 'button', 'aria-expanded': 'false', 'aria-controls': 'server-more', onclick: () => expand() }, 'Configuration and recent ends');
    const historyName = `console/${id}`;
    let history = choices.get(historyName, []);
    let at = history.length;
    let seen = [];
    let recentEnds = [];
    let isDisposed = false;

    const element = h('div.view.full', null,
        h('a.back', { href: '#/fleet' }, '‹ Fleet'),
        viewHead(id, state, actions.element, toggle),
        problem, figures, more, pane.element,
        h('div.console', null, h('span', { 'aria-hidden': 'true' }, '›'), field, send));

    async function read() {
        try {
            const log = await connection.request('fleet', logMethod, { tail: TAIL });
            if (!isDisposed) {
                append(log?.text ?? '');
            }
        } catch (error) {
            if (!isDisposed) {
                put(problem, failure(error.message, hostCommand(['server', 'logs', id], logMethod, { tail: TAIL })));
            }
        }
    }

    /** Adds what is new of a tail: what of it does not continue what was seen. */
    function append(tail) {
        const lines = tail.split('\n');
        if (lines.at(-1) === '') {
            lines.pop();
        }

        const fresh = lines.slice(overlap(seen, lines));
        seen = lines;
        if (fresh.length > 0) {
            pane.add(fresh.map((value) => ({ time: '', level: '', rank: 1, name: '', text: value.replace(/\r$/, '') })));
        }
    }

    function draw() {
        if (isDisposed) {
            return;
        }

        const now = Date.now();
        server = fleet.servers.find((each) => each.id === id) ?? server;
        put(state, badge(stateKind(server.state), server.progress ? `${server.state} ${Math.round(server.progress.percent ?? 0)} %` : server.state));
        text(values.Process, server.pid ?? '–');
        text(values.Ports, Object.entries(server.ports ?? {}).map(([name, port]) => `${name} ${port}`).join(', ') || '–');
        text(values.Restarts, server.restarts ?? 0);
        text(values.Up, isRunning(server) && server.started_at ? age(now - Date.parse(server.started_at)) : '–');
        charts.forEach((each) => each.draw(now));
        actions.draw();
        const isOn = server.state === 'ready' || server.state === 'starting';
        send.disabled = !isOn || !connection.isOnline || !may('operator');
        if (!more.hidden) {
            drawMore();
        }
    }

    function expand() {
        more.hidden = !more.hidden;
        toggle.setAttribute('aria-expanded', more.hidden ? 'false' : 'true');
        drawMore();
    }

    let drawnMore = '';
    let askedMore = '';
    function drawMore() {
        const end = { exit_code: server.exit_code, signal: server.signal, reason: server.reason, stopped_by: server.stopped_by };
        const next = JSON.stringify([server.configuration, end, server.next_try_at, server.started_at]);
        if (next !== askedMore) {
            askedMore = next;
            void readEnds();
        }

        const shown = next + JSON.stringify(recentEnds);
        if (shown === drawnMore) {
            return;
        }

        drawnMore = shown;
        put(more,
            h('section', null, h('h2', null, 'Configuration'), detailsOf(masked(server.configuration))),
            h('section', null, h('h2', null, 'Last end'), detailsOf(end), server.next_try_at ? h('p', null, 'Next try at ', time(server.next_try_at)) : null),
            h('section', null, h('h2', null, 'Recent ends'), endsTable(recentEnds)),
            commandLine(hostCommand(['server', 'show', id], method)));
    }

    /** The list of servers has no ends: they are asked for when they are looked at, and after each change. */
    async function readEnds() {
        try {
            recentEnds = (await connection.request('fleet', method))?.recent_ends ?? [];
            draw();
        } catch (error) {
            if (!isDisposed) {
                put(problem, failure(error.message, hostCommand(['server', 'show', id], method)));
            }
        }
    }

    function consoleKey(event) {
        if (event.key === 'Enter') {
            event.preventDefault();
            void submit();
        } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
            event.preventDefault();
            at = Math.min(Math.max(at + (event.key === 'ArrowUp' ? -1 : 1), 0), history.length);
            field.value = history[at] ?? '';
        } else if (event.key === 'Escape') {
            pane.list.element.focus();
        }
    }

    async function submit() {
        const line = field.value;
        if (line === '' || send.disabled) {
            return;
        }

        history = [...history.filter((each) => each !== line), line].slice(-MOST_HISTORY);
        at = history.length;
        choices.set(historyName, history);
        field.value = '';
        try {
            await fleet.command(id, 'stdin', { text: line });
            said('Sent.');
            put(problem, commandLine(serverCommand('stdin', id, line)));
            await read();
        } catch (error) {
            field.value = line;
            put(problem, failure(error.message, serverCommand('stdin', id, line)));
        }
    }

    const ends = [fleet.watch(draw), repeat(read)];
    draw();
    return {
        element,
        title: id,
        key(name) {
            if (name === 'c') {
                field.focus();
                return true;
            }

            return pane.key(name);
        },
        dispose() {
            isDisposed = true;
            ends.forEach((end) => end());
            pane.dispose();
        },
    };
}

/** How many lines at the beginning of `next` were the last ones of `before`. */
export function overlap(before, next) {
    for (let from = Math.max(0, before.length - next.length); from < before.length; from++) {
        const length = before.length - from;
        let same = 0;
        while (same < length && before[from + same] === next[same]) {
            same++;
        }

        if (same === length) {
            return length;
        }
    }

    return 0;
}

/** How a server ended lately, newest first. */
function endsTable(ends) {
    return ends.length === 0 ? h('p.muted', null, 'None is known.') : h('ul.plain', null, ends.map((end) => h('li', null,
        `${day(new Date(end.ended_at))} `, time(end.ended_at), `, ${end.signal ?? (end.exit_code === null ? 'an end without a code' : `exit code ${end.exit_code}`)}. `, end.reason ?? '')));
}

/** A configuration, with what looks like a secret left out. */
function masked(configuration) {
    if (configuration === null || configuration === undefined || typeof configuration !== 'object') {
        return configuration;
    }

    if (Array.isArray(configuration)) {
        return configuration.map(masked);
    }

    return Object.fromEntries(Object.entries(configuration).map(([name, value]) =>
        [name, typeof value === 'string' && SECRET.test(name) ? '••••••' : masked(value)]));
}
