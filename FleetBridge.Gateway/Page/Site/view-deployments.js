// Deployments: what a backend has, in the order of its dependencies, and what can be done with each part.

import { age, h, hidden, put, text } from './dom.js';
import { resourceCommand, requestCommand } from './commands.js';
import { deployments } from './deployment-store.js';
import { runAll } from './deployment-model.js';
import { livePictures } from './live-pictures.js';
import { described, linked } from './markup.js';
import { changes, connection, may, settings } from './state.js';
import { badge, button, commandLine, confirmed, detailsOf, failure, said, viewHead } from './ui.js';

const LABELS = { check: 'Check', create: 'Create', delete: 'Delete' };
const IDENTIFYING = ['prefix', 'profile_name', 'region_name'];
const AGE_MS = 5_000;

export function deploymentsView() {
    const backends = h('div.segments', { role: 'group', 'aria-label': 'Backend' });
    const about = h('span');
    const list = h('div.parts');
    const chips = h('div.chips');
    const summary = h('div.summary', { hidden: true });
    const actions = {
        check: button('Check all', { kind: 'primary', onclick: () => all('check') }),
        create: button('Create all', { onclick: () => all('create') }),
        delete: button('Delete all', { kind: 'danger-quiet', onclick: () => all('delete') }),
    };
    const rows = new Map();
    const open = new Set();
    let drawn = null;
    let isBusy = false;

    const pictures = livePictures();
    const element = h('div.view', null,
        viewHead('Deployments', about, actions.check, actions.create, actions.delete),
        h('div.bar', null, backends, chips), summary, list, pictures.element);

    function draw() {
        const backend = settings.backend;
        const known = deployments.of(backend);
        const isOff = !connection.isOnline || isBusy || known === undefined || known.parts.length === 0;
        actions.check.disabled = isOff;
        actions.create.disabled = isOff || !may('operator');
        actions.delete.disabled = isOff || !may('admin');
        put(backends, deployments.backends.map((name) => h('button', {
            type: 'button', 'aria-pressed': name === backend ? 'true' : 'false', onclick: () => choose(name),
        }, name)));
        text(about, known?.title ?? '');
        drawChips(known);
        if (known === undefined) {
            put(list, h('div.placeholder', { 'aria-busy': 'true' }, 'Reading what the backend has …'));
            drawn = null;
            return;
        }

        if (known.problem !== null && known.parts.length === 0) {
            put(list, failure(known.problem, requestCommand(`${backend}/metadata`)));
            drawn = null;
            return;
        }

        if (drawn !== known) {
            rows.clear();
            for (const part of known.parts) {
                rows.set(part, partRow(part, backend));
            }

            put(list, [...rows.values()].map((row) => row.element));
            drawn = known;
        }

        for (const row of rows.values()) {
            row.draw();
        }
    }

    function drawChips(known) {
        const parameters = known === undefined ? {} : settings.parameters(known.known);
        const set = Object.entries(parameters).filter(([name]) => IDENTIFYING.includes(name));
        const more = Object.keys(parameters).length - set.length;
        put(chips,
            set.length === 0 ? h('span.muted', null, 'default settings') : set.map(([name, value]) => h('span.chip', null, `${name} ${value}`)),
            more > 0 ? h('span.muted', null, `and ${more} more`) : null,
            h('a', { href: '#/settings' }, 'Edit settings'));
    }

    function choose(name) {
        settings.backend = name;
        summary.hidden = true;
        void deployments.load(name);
    }

    async function all(operation) {
        const backend = settings.backend;
        const parts = deployments.of(backend)?.parts ?? [];
        const chosen = parts.filter((part) => part.request(operation) !== undefined);
        if (operation === 'delete' && !(await confirmed({
            title: `Delete everything of ${backend}?`,
            body: [
                h('p', null, identity(backend)),
                h('table', null,
                    h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'Part'), h('th', { scope: 'col' }, 'State'), h('th', { scope: 'col' }, 'Keeping it costs'))),
                    h('tbody', null, [...chosen].reverse().map((part) => h('tr', null,
                        h('td', null, part.name), h('td', null, badge(...part.state)), h('td', null, part.cost ?? '–'))))),
                commandLine(resourceCommand('delete', chosen, backend, deployments.parameters(backend), { isAll: true, more: ['--wait'] })),
            ],
            action: 'Confirm deletion of all',
        }))) {
            return;
        }

        isBusy = true;
        summary.hidden = true;
        draw();
        const outcomes = await runAll(parts, operation, (part) => deployments.run(backend, part, operation));
        if (operation === 'delete') {
            await runAll(chosen, 'check', (part) => deployments.run(backend, part, 'check'));
        }

        isBusy = false;
        showSummary(operation, backend, outcomes);
        draw();
    }

    function showSummary(operation, backend, outcomes) {
        const entries = [...outcomes];
        const failed = entries.filter(([, outcome]) => outcome !== 'done');
        const left = operation === 'delete' ? entries.filter(([part]) => part.state[0] !== 'absent') : [];
        const sentence = operation === 'delete'
            ? (left.length === 0 ? 'Everything is deleted.' : `Left: ${left.map(([part]) => part.name).join(', ')}.`)
            : failed.length === 0 ? `${entries.length} of ${entries.length}: ${operation === 'check' ? 'all is ready' : 'all is created'}.`
            : `${failed.length} of ${entries.length} not ready: ${failed.map(([part]) => part.name).join(', ')}.`;
        summary.hidden = false;
        put(summary,
            h('div.summary-head', null, h('p', null, sentence), button('Close', { object: 'summary', kind: 'quiet', onclick: () => { summary.hidden = true; } })),
            operation === 'check' ? null : h('table', null,
                h('thead', null, h('tr', null, ['Part', 'Outcome', 'State', operation === 'delete' ? 'Keeping it costs' : 'Why'].map((word) => h('th', { scope: 'col' }, word)))),
                h('tbody', null, entries.map(([part, outcome]) => h('tr', null,
                    h('td', null, part.name), h('td', null, outcome), h('td', null, badge(...part.state)),
                    h('td', null, operation === 'delete' ? (part.state[0] === 'absent' ? '–' : part.cost ?? '–') : part.error ?? '–'))))),
            commandLine(resourceCommand(operation, entries.map(([part]) => part), backend, deployments.parameters(backend), { isAll: true })));
        said(sentence);
    }

    function identity(backend) {
        const all = { ...deployments.parameters(backend) };
        const named = IDENTIFYING.filter((name) => deployments.of(backend)?.known.has(name))
            .map((name) => `${name} ${all[name] ?? '(its default)'}`);
        return `${backend}: ${named.join(', ')}. This cannot be undone.`;
    }

    async function act(part, backend, operation) {
        if (operation === 'delete' && !(await confirmed({
            title: `Delete ${part.name}?`,
            body: [
                h('p', null, identity(backend)),
                part.cost === null ? null : h('p', null, `Keeping it costs: ${part.cost}`),
                commandLine(command(part, backend, operation)),
            ],
            action: `Confirm deletion of ${part.name}`,
        }))) {
            return;
        }

        const isGood = await deployments.run(backend, part, operation);
        if (!isGood) {
            open.add(part.path);
        }

        const [, word] = part.state;
        said(`${part.name}: ${operation} ended, ${word}.${part.error === null ? '' : ` ${part.error}`}`);
        draw();
    }

    function command(part, backend, operation) {
        const parameters = deployments.parameters(backend);
        return part.resource !== null && ['check', 'create', 'delete', 'browse'].includes(operation)
            ? resourceCommand(operation, [part], backend, parameters)
            : requestCommand(`${backend}/${part.request(operation)?.path ?? part.path}`, parameters);
    }

    function partRow(part, backend) {
        const state = h('div.part-state');
        const line = h('div.part-line');
        const when = h('div.part-age');
        const more = h('div.part-more', { hidden: true, id: `more-${part.path.replaceAll('/', '-')}` });
        const bar = h('progress', { max: '1', 'aria-label': `Progress of ${part.name}` });
        const buttons = part.requests.map((request) => ({
            request,
            element: button(LABELS[request.operation] ?? request.label, {
                object: part.name,
                kind: request.operation === 'delete' ? 'danger-quiet' : 'small',
                title: LABELS[request.operation] === undefined || LABELS[request.operation] === request.label ? null : request.label,
                onclick: () => act(part, backend, request.operation),
            }),
        }));
        const toggle = h('button.toggle', {
            type: 'button', 'aria-expanded': 'false', 'aria-controls': more.id,
            onclick: () => {
                if (!open.delete(part.path)) {
                    open.add(part.path);
                }

                row.draw();
            },
        }, h('span.chevron', { 'aria-hidden': 'true' }, '›'), h('span', null, part.name), hidden(' details'));
        let shownOf = null;
        const row = {
            element: h('section.part', { 'aria-label': part.name },
                state, h('div.part-name', null, h('h2', null, toggle), line), when,
                h('div.part-actions', null, buttons.map((each) => each.element)), more),
            draw() {
                put(state, badge(...part.state));
                drawLine();
                drawAge();
                const isOpen = open.has(part.path);
                toggle.setAttribute('aria-expanded', isOpen ? 'true' : 'false');
                more.hidden = !isOpen;
                for (const { request, element: each } of buttons) {
                    each.disabled = part.running !== null || !connection.isOnline || !may(roleOf(request.operation));
                    each.classList.toggle('primary', request.operation === primaryOf(part));
                }

                if (isOpen && shownOf !== (part.result ?? part)) {
                    shownOf = part.result ?? part;
                    drawMore();
                }
            },
            drawAge,
        };

        function drawLine() {
            if (part.running !== null) {
                const { activity, fraction, detail } = part.running;
                if (fraction === null || fraction === undefined) {
                    bar.removeAttribute('value');
                } else {
                    bar.value = fraction;
                }

                put(line, bar, h('span', null, [activity, detail].filter((word) => word).join(' · ') || 'running'));
            } else {
                put(line, part.error !== null ? h(part.state[0] === 'failed' ? 'span.problem' : 'span', null, part.error)
                    : part.drift.length > 0 ? h('span', null, `differs: ${part.drift.join('; ')}`)
                    : h('span', null, part.heading));
            }
        }

        function drawAge() {
            text(when, part.running !== null ? age(Date.now() - part.running.since) : part.at === null ? '' : `${age(Date.now() - part.at)} ago`);
        }

        function drawMore() {
            put(more,
                part.error === null ? null : h('div.cause', null, h('h3', null, 'What happened, and what to do'), h('p', null, linked(part.error))),
                part.drift.length === 0 ? null : h('div', null, h('h3', null, 'How it differs from the settings'), detailsOf(part.drift)),
                part.result?.Details ? h('div', null, h('h3', null, `Result of ${part.operation}`), detailsOf(part.result.Details, linked)) : null,
                h('div.prose', null, described(part.description)),
                part.requests.map((request) => commandLine(command(part, backend, request.operation), `${LABELS[request.operation] ?? request.label} on the command line`)));
        }

        return row;
    }

    const onChange = () => draw();
    const listened = ['deployments', 'settings', 'backend'];
    listened.forEach((name) => changes.addEventListener(name, onChange));
    connection.addEventListener('state', onChange);
    const timer = setInterval(() => rows.forEach((row) => row.drawAge()), AGE_MS);
    draw();
    return {
        element,
        title: 'Deployments',
        dispose() {
            listened.forEach((name) => changes.removeEventListener(name, onChange));
            connection.removeEventListener('state', onChange);
            clearInterval(timer);
            pictures.dispose();
        },
    };
}

/** What one does next: creates what is absent or differs. Where nothing is to be done, no button stands out. */
function primaryOf(part) {
    return ['absent', 'differs'].includes(part.state[0]) ? 'create' : null;
}

function roleOf(operation) {
    return operation === 'check' || operation === 'wait' ? 'viewer' : operation === 'delete' || operation === 'browse' ? 'admin' : 'operator';
}
