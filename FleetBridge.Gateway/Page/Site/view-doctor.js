// Doctor: what is wrong with this machine, and how to fix it.

import { h, put } from './dom.js';
import { bridgeCommand } from './commands.js';
import { linked } from './markup.js';
import { changes, connection, settings } from './state.js';
import { time } from './times.js';
import { badge, button, commandLine, failure, said, viewHead } from './ui.js';

const KINDS = { ok: ['ready', 'ok'], warning: ['differs', 'warning'], failed: ['failed', 'failed'] };
const COMMAND = bridgeCommand(['doctor'], 'doctor');

// what was found last; it stays while another view is shown
let found = null;

export function doctorView() {
    const list = h('div.checks');
    const when = h('span.muted');
    const again = button('Check again', { kind: 'primary', onclick: () => void check() });
    const element = h('div.view', null,
        viewHead('Doctor', 'What this machine needs, and how to fix what is missing.', when, again),
        list, commandLine(COMMAND));
    let isGone = false;

    async function check() {
        again.disabled = true;
        if (found === null) {
            put(list, h('div.placeholder', { 'aria-busy': 'true' }, 'Checking …'));
        }

        found = { ...(await ask()), at: new Date() };
        again.disabled = false;
        if (!isGone) {
            draw();
            const failed = found.checks.filter((each) => each.state === 'failed').length;
            said(failed === 0 ? 'Nothing has failed.' : `${failed} checks failed.`);
        }
    }

    function draw() {
        put(when, 'checked at ', time(found.at));
        put(list, found.problem !== null ? failure(found.problem, COMMAND) : groupsOf(found.checks).map(([title, checks]) =>
            h('section.check-group', { 'aria-label': title }, h('h2', null, title), h('ul.plain', null, checks.map(row)))));
    }

    function row({ label, state, message, remedy }) {
        return h('li.check', null, badge(...(KINDS[state] ?? ['unknown', state])), h('span.check-name', null, label),
            h('div.check-text', null, h('p', null, linked(message)), remedy ? h('p.remedy', null, linked(remedy)) : null));
    }

    const onState = () => {
        again.disabled = !connection.isOnline;
        if (connection.isOnline && found === null && settings.backend !== null) {
            void check();
        }
    };
    connection.addEventListener('state', onState);
    changes.addEventListener('deployments', onState);
    if (found !== null) {
        draw();
    }

    onState();
    return {
        element,
        title: 'Doctor',
        dispose() {
            isGone = true;
            connection.removeEventListener('state', onState);
            changes.removeEventListener('deployments', onState);
        },
    };
}

async function ask() {
    try {
        const { checks } = await connection.request('bridge', 'doctor', settings.parameters());
        return { checks, problem: null };
    } catch (error) {
        return { checks: [], problem: error.message };
    }
}

/** The machine's checks, then those of each backend: these have its name before their own. */
function groupsOf(checks) {
    const groups = new Map([['This machine', []]]);
    for (const check of checks) {
        const backend = /^[^ /]+\/[^ ]+/.exec(check.name)?.[0];
        const title = backend ?? 'This machine';
        groups.set(title, [...(groups.get(title) ?? []), { ...check, label: backend === undefined ? check.name : check.name.slice(backend.length + 1) || 'backend' }]);
    }

    return [...groups].filter(([, members]) => members.length > 0);
}
