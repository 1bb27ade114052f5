// Sessions: the game sessions of the host and their players.

import { h, put, text } from './dom.js';
import { hostCommand } from './commands.js';
import { repeat, watchTopic } from './fleet-store.js';
import { connection, may } from './state.js';
import { time } from './times.js';
import { badge, button, commandLine, confirmed, copyText, empty, failure, said, viewHead } from './ui.js';
import { noHost } from './view-fleet.js';

const KINDS = { ACTIVE: 'ready', ACTIVATING: 'working', TERMINATING: 'working', TERMINATED: 'absent', ERROR: 'failed', RESERVED: 'working', COMPLETED: 'absent', TIMEDOUT: 'failed' };

export function sessionsView() {
    const notice = h('div');
    const list = h('div.sessions');
    const outcome = h('div.outcome', { hidden: true });
    const form = createForm(async (body) => {
        await tell(() => connection.request('fleet', 'POST /create_session', body),
            (session) => joined('The session is created.', session),
            hostCommand(['session', 'create', '--name', body.session_name, '--max-players', body.num_connections, '--player-id', body.uuid], 'create_session', body));
    });
    const element = h('div.view', null, viewHead('Sessions', 'Game sessions of the host, and who plays in them.'), form.element, outcome, notice, list);
    const open = new Set();
    let sessions = [];
    let players = new Map();
    let isReachable = null;
    let drawn = '';
    put(notice, h('div.placeholder', { 'aria-busy': 'true' }, 'Reading the host’s sessions …'));

    /** Reads who plays in the sessions that are open here. */
    async function read() {
        const ask = async ({ GameSessionId }) => [
            GameSessionId, (await connection.request('fleet', 'GameLift.DescribePlayerSessions', { GameSessionId, Limit: 100 }))?.PlayerSessions ?? [],
        ];
        try {
            players = new Map(await Promise.all(sessions.filter((each) => open.has(each.GameSessionId)).map(ask)));
        } catch {
            // the session or the host has just gone: the topic says so
        }

        draw();
    }

    function draw() {
        if (isReachable === null) {
            return;
        }

        form.element.hidden = !isReachable;
        form.draw();
        list.hidden = !isReachable || sessions.length === 0;
        put(notice, !isReachable ? noHost('Game sessions')
            : sessions.length === 0 ? empty('There are no game sessions', 'Create one above. It needs a game server that is ready.',
                hostCommand(['session', 'create', '--name', 'arena'], 'create_session', { session_name: 'arena', uuid: 'player-1' })) : null);

        // what has not changed stays, with its focus
        const next = JSON.stringify([sessions, [...players], [...open], connection.isOnline]);
        if (next === drawn) {
            return;
        }

        drawn = next;
        const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
        put(list, sessions.map(row));
        if (focused !== undefined) {
            list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
        }
    }

    function row(session) {
        const id = session.GameSessionId;
        const name = session.Name || id.split('/').at(-1);
        const isOpen = open.has(id);
        const isLive = session.Status === 'ACTIVE' || session.Status === 'ACTIVATING';
        const join = button('Join', { object: name, kind: 'small', disabled: session.Status !== 'ACTIVE' || !connection.isOnline || !may('operator'), onclick: () => void joinSession(session) });
        const end = button('Terminate', { object: name, kind: 'danger-quiet', disabled: !isLive || !connection.isOnline || !may('admin'), onclick: () => void terminate(session, name) });
        const toggle = h('button.toggle', {
            type: 'button', 'aria-expanded': isOpen ? 'true' : 'false',
            onclick: async () => {
                if (!open.delete(id)) {
                    open.add(id);
                }

                await read();
            },
        }, h('span.chevron', { 'aria-hidden': 'true' }, '›'), h('span', null, name));
        [[join, 'join'], [end, 'end'], [toggle, 'toggle']].forEach(([each, what]) => { each.dataset.key = `${what} ${id}`; });
        return h('section.session', { 'aria-label': name },
            badge(KINDS[session.Status] ?? 'unknown', (session.Status ?? 'unknown').toLowerCase()),
            h('h2', null, toggle),
            h('span.number', null, `${session.CurrentPlayerSessionCount ?? 0} of ${session.MaximumPlayerSessionCount ?? '?'} players`),
            h('span.muted', null, session.IpAddress ? `${session.IpAddress}:${session.Port}` : ''),
            h('span.muted', null, 'since ', time(dateOf(session.CreationTime))),
            h('div.row-actions', null, join, end),
            isOpen ? more(session) : null);
    }

    function more(session) {
        const of = players.get(session.GameSessionId) ?? [];
        return h('div.session-more', null,
            of.length === 0 ? h('p.muted', null, 'Nobody plays in it.') : h('table', null,
                h('thead', null, h('tr', null, ['Player', 'State', 'Since'].map((word) => h('th', { scope: 'col' }, word)))),
                h('tbody', null, of.map((each) => h('tr', null, h('td', null, each.PlayerId ?? '–'),
                    h('td', null, badge(KINDS[each.Status] ?? 'unknown', (each.Status ?? '').toLowerCase())), h('td', null, time(dateOf(each.CreationTime))))))),
            h('code.block', null, session.GameSessionId));
    }

    async function joinSession(session) {
        const player = form.player;
        await tell(() => connection.request('fleet', 'POST /join_session', { GameSessionId: session.GameSessionId, uuid: player }),
            (answer) => joined(`${player} has a place.`, answer),
            hostCommand(['session', 'join', '--session', session.GameSessionId, '--player-id', player], 'POST /join_session', { GameSessionId: session.GameSessionId, uuid: player }));
    }

    async function terminate(session, name) {
        const command = hostCommand(['session', 'terminate', '--session', session.GameSessionId],
            'gamelift/TerminateGameSession', { GameSessionId: session.GameSessionId, TerminationMode: 'TRIGGER_ON_PROCESS_TERMINATE' });
        if (!(await confirmed({
            title: `Terminate ${name}?`,
            body: [h('p', null, `${session.CurrentPlayerSessionCount ?? 0} players are disconnected. The server is asked to end the session.`), commandLine(command)],
            action: `Confirm termination of ${name}`,
        }))) {
            return;
        }

        await tell(() => connection.request('fleet', 'GameLift.TerminateGameSession', { GameSessionId: session.GameSessionId, TerminationMode: 'TRIGGER_ON_PROCESS_TERMINATE' }),
            () => h('p', null, `${name} is terminating.`), command);
    }

    async function tell(act, shownOf, command) {
        outcome.hidden = false;
        try {
            const answer = await act();
            put(outcome, shownOf(answer), commandLine(command), close());
            said(outcome.firstChild.textContent);
        } catch (error) {
            put(outcome, failure(error.message, command), close());
            said(error.message);
        }
    }

    function close() {
        return button('Close', { object: 'outcome', kind: 'quiet', onclick: () => { outcome.hidden = true; } });
    }

    function joined(sentence, session) {
        const connect = `${session.IpAddress}:${session.Port}?PlayerSessionId=${session.PlayerSessionId}`;
        return h('div', null, h('p', null, badge('ready', 'done'), ` ${sentence} Open this in the client’s console:`),
            h('div.command', null, h('span.command-label', null, 'Join link'), h('code', null, `open ${connect}`),
                button('Copy', { object: 'join link', kind: 'quiet', onclick: async () => { await copyText(`open ${connect}`); said('The join link is copied.'); } })));
    }

    const ends = [
        watchTopic('sessions', ['sessions'], (state) => {
            sessions = state.sessions.sort((one, other) => seconds(other.CreationTime) - seconds(one.CreationTime));
            isReachable = state.isReachable;
            draw();
        }, 'GameSessionId'),
        repeat(read),
    ];
    return { element, title: 'Sessions', dispose: () => ends.forEach((end) => end()) };
}

function createForm(create) {
    const name = h('input', { type: 'text', value: 'arena', required: true, maxlength: '200' });
    const places = h('input', { type: 'number', value: '8', min: '1', max: '200', required: true });
    const player = h('input', { type: 'text', value: 'player-1', required: true, maxlength: '200' });
    const submit = h('button.button.primary', { type: 'submit' }, 'Create session');
    const element = h('form.session-form', {
        onsubmit: async (event) => {
            event.preventDefault();
            submit.disabled = true;
            await create({ session_name: name.value, num_connections: Number(places.value), uuid: player.value });
            submit.disabled = false;
        },
    }, field('Name', name), field('Places', places), field('Player', player), submit);
    element.hidden = true;
    return {
        element,
        get player() {
            return player.value;
        },
        draw() {
            text(submit, 'Create session');
            submit.disabled = submit.disabled && element.querySelector(':focus') === submit ? submit.disabled : !connection.isOnline || !may('operator');
        },
    };
}

function field(label, input) {
    return h('label.field', null, h('span', null, label), input);
}

/** GameLift's JSON has seconds; its CBOR and this page's texts have dates. */
function dateOf(value) {
    return typeof value === 'number' ? new Date(value * 1000) : new Date(value ?? Number.NaN);
}

function seconds(value) {
    return dateOf(value).getTime() || 0;
}
