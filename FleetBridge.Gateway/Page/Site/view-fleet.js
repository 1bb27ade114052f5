// Fleet: the workers and servers of a host, and a page for each server.

import { age, bytes, h, hidden, put, text } from './dom.js';
import { chart } from './chart.js';
import { hostCommand, line, serverCommand } from './commands.js';
import { fleet, stateKind } from './fleet-store.js';
import { livePictures } from './live-pictures.js';
import { connection, may } from './state.js';
import { badge, button, confirmed, commandLine, empty, facts, said, viewHead } from './ui.js';
import { serverView } from './view-server.js';

const COLUMNS = [
    ['State', 'state'], ['Server', 'id'], ['Game', 'game_id'], ['Worker', 'worker_id'], ['CPU', 'cpu_percent'], ['Memory', 'memory_bytes'],
    ['Players', 'players'], ['Started', 'started_at'],
];

// left out where there is no room: the server's page has them
const MINOR = new Set(['game_id', 'started_at']);

export const percent = (value) => `${value >= 10 ? Math.round(value) : value.toFixed(1)} %`;

export function fleetView([id] = []) {
    return id === undefined ? listView() : serverView(id);
}

/** What is shown where no host is known: the commands that start one. */
export function noHost(what) {
    return empty('No host is known', `${what} belong to a host. Start one on this machine, or with your game server in one command; the page finds it by itself.`,
        line(['host']), line(['local', '--project', 'MyGame.uproject']));
}

function listView() {
    const body = h('tbody');
    const workers = h('div.workers');
    const notice = h('div');
    const about = h('span', null, 'Workers and game servers of the host.');
    const rows = new Map();
    const heads = COLUMNS.map(([label, key]) => h(MINOR.has(key) ? 'th.minor' : 'th', { scope: 'col', 'aria-sort': 'none' },
        h('button.sort', { type: 'button', onclick: () => sortBy(key) }, label)));
    const table = h('table.fleet', null, h('thead', null, h('tr', null, heads, h('th', { scope: 'col' }, 'Actions'))), body);
    const holder = h('div.scroll-x', { tabindex: '0', role: 'region', 'aria-label': 'Servers' }, table);
    const pictures = livePictures();
    const element = h('div.view.wide', null, viewHead('Fleet', about), notice, workers, holder, pictures.element);
    let sort = { key: 'id', step: 1 };
    holder.hidden = true;
    put(notice, h('div.placeholder', { 'aria-busy': 'true' }, 'Reading the host’s servers …'));

    function sortBy(key) {
        sort = { key, step: sort.key === key ? -sort.step : 1 };
        draw();
    }

    function draw() {
        if (fleet.isReachable === null) {
            return;
        }

        const isEmpty = fleet.servers.length === 0;
        holder.hidden = !fleet.isReachable || isEmpty;
        workers.hidden = !fleet.isReachable;
        if (!fleet.isReachable) {
            put(notice, noHost('Workers and servers'));
            return;
        }

        put(notice, isEmpty ? empty('The host has no servers', 'Add one on the command line; it is installed and can be started here then.',
            hostCommand(['server', 'add', '--game', 'folder:/path/to/server', '--executable', 'MyServer'], 'POST /server', { game_id: 'folder:/path/to/server' })) : null);
        text(about, `${count(fleet.servers.length, 'server')} on ${count(fleet.workers.length, 'worker')}`);
        put(workers, fleet.workers.map(workerCard));
        heads.forEach((head, index) => head.setAttribute('aria-sort',
            COLUMNS[index][1] !== sort.key ? 'none' : sort.step > 0 ? 'ascending' : 'descending'));
        const sorted = [...fleet.servers].sort((one, other) => sort.step * compare(one[sort.key], other[sort.key]));
        const now = Date.now();
        const seen = new Set();
        sorted.forEach((server, index) => {
            seen.add(server.id);
            let row = rows.get(server.id);
            if (row === undefined) {
                row = serverRow(server);
                rows.set(server.id, row);
            }

            row.draw(server, now);
            if (body.children[index] !== row.element) {
                body.insertBefore(row.element, body.children[index] ?? null);
            }
        });
        for (const [id, row] of rows) {
            if (!seen.has(id)) {
                row.element.remove();
                rows.delete(id);
            }
        }
    }

    const end = fleet.watch(draw);
    const onState = () => connection.isOnline && draw();
    connection.addEventListener('state', onState);
    draw();
    return {
        element,
        title: 'Fleet',
        dispose() {
            end();
            pictures.dispose();
            connection.removeEventListener('state', onState);
        },
    };
}

function workerCard(worker) {
    const known = fleet.samplesOf(worker.id);
    const cpu = chart('CPU', known.cpu, percent, 100);
    const memory = chart('Memory', known.memory, bytes);
    const now = Date.now();
    cpu.draw(now);
    memory.draw(now);
    const servers = Array.isArray(worker.servers) ? worker.servers.length : worker.servers;
    return h('section.worker', { 'aria-label': `Worker ${worker.name ?? worker.id}` },
        h('div.worker-head', null, h('h2', null, worker.name ?? worker.id), badge(stateKind(worker.status), worker.status ?? 'unknown')),
        facts(['CPU', cpu.element], ['Memory', memory.element], ['Disk free', bytes(worker.disk_free_bytes)], ['Servers', String(servers ?? '–')]));
}

function serverRow(first) {
    const known = fleet.samplesOf(first.id);
    const charts = [chart('CPU', known.cpu, percent, 100), chart('Memory', known.memory, bytes), chart('Players', known.players, String)];
    const state = h('td');
    const worker = h('td.game');
    const since = h('td.number.minor');
    let current = first;
    const actions = serverActions(() => current);
    let shown = '';
    const element = h('tr', null,
        state, h('th', { scope: 'row' }, h('a', { href: `#/fleet/${encodeURIComponent(first.id)}` }, first.id)), h('td.minor.game', { title: first.game_id }, first.game_id ?? '–'), worker,
        charts.map((each) => h('td.chart-cell', { 'data-label': each.name }, each.element)), since, h('td', null, actions.element));
    return {
        element,
        draw(server, now) {
            current = server;
            if (shown !== server.state) {
                shown = server.state;
                put(state, badge(stateKind(server.state), server.state));
            }

            text(worker, fleet.workers.find((each) => each.id === server.worker_id)?.name ?? server.worker_id ?? '–');
            text(since, isRunning(server) && server.started_at ? `${age(now - Date.parse(server.started_at))} ago` : '–');
            charts.forEach((each) => each.draw(now));
            actions.draw();
        },
    };
}

/** Start, stop and kill, with their names: what cannot be done now is disabled, not gone. */
export function serverActions(server, onDone = () => {}) {
    const act = (type) => async () => {
        const { id } = server();
        if (type === 'kill' && !(await confirmed({
            title: `Kill ${id}?`,
            body: [h('p', null, 'The process ends at once, without saving. Players are disconnected.'), commandLine(serverCommand('kill', id))],
            action: `Confirm kill of ${id}`,
        }))) {
            return;
        }

        try {
            const command = await fleet.command(id, type);
            said(`${id}: ${type} is ${command?.status ?? 'accepted'}.`);
            onDone(type, command, null);
        } catch (error) {
            said(`${id}: ${type} failed. ${error.message}`);
            onDone(type, null, error);
        }
    };
    const make = (label, type, kind) => button(label, { kind, onclick: act(type), title: null });
    const name = server().id;
    const buttons = { start: make('Start', 'start', 'small'), stop: make('Stop', 'stop', 'small'), kill: make('Kill', 'kill', 'danger-quiet') };
    for (const each of Object.values(buttons)) {
        each.append(hidden(` ${name}`));
    }

    return {
        element: h('div.row-actions', null, Object.values(buttons)),
        draw() {
            const isOn = isRunning(server());
            const isAllowed = connection.isOnline && may('operator');
            buttons.start.disabled = !isAllowed || isOn;
            buttons.stop.disabled = !isAllowed || !isOn;
            buttons.kill.disabled = !isAllowed || !isOn;
        },
    };
}

export function isRunning(server) {
    return ['starting', 'ready', 'stopping'].includes(server.state) || (server.state === 'crashed' && server.desired_state === 'running');
}

function count(number, what) {
    return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function compare(one, other) {
    const [first, second] = [one ?? '', other ?? ''];
    return typeof first === 'number' && typeof second === 'number' ? first - second
        : String(first).localeCompare(String(second), 'en', { numeric: true });
}
