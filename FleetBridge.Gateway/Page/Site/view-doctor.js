// Doctor: what is wrong with this machine, and how to fix it.

import { h, put, time } from './dom.js';
import { line } from './commands.js';
import { linked } from './markup.js';
import { changes, connection, settings } from './state.js';
import { deployments } from './deployment-store.js';
import { badge, button, commandLine, failure, said, viewHead } from './ui.js';

const KINDS = { Ok: ['ready', 'ok'], Warning: ['differs', 'warning'], Failed: ['failed', 'failed'] };

// what was found last; it stays while another view is shown
let found = null;

export function doctorView() {
    const list = h('div.checks');
    const when = h('span.muted');
    const again = button('Check again', { kind: 'primary', onclick: () => void check() });
    const element = h('div.view', null,
        viewHead('Doctor', 'What this machine needs, and how to fix what is missing.', when, again),
        list, commandLine(line(['doctor', '--url', location.origin])));
    let isGone = false;

    async function check() {
        again.disabled = true;
        if (found === null) {
            put(list, h('div.placeholder', { 'aria-busy': 'true' }, 'Checking …'));
        }

        const groups = await Promise.all([
            group('This machine', () => connection.request('bridge', 'doctor', settings.parameters())),
            ...deployments.backends.map((backend) => group(backend, () => connection.request(
                'bridge', `${backend}/doctor`, settings.parameters(deployments.of(backend)?.known ?? new Set())))),
        ]);
        found = { groups: unique(groups), at: new Date() };
        again.disabled = false;
        if (!isGone) {
            draw();
            const failed = found.groups.flatMap((each) => each.checks).filter((each) => each.State === 'Failed').length;
            said(failed === 0 ? 'Nothing has failed.' : `${failed} checks failed.`);
        }
    }

    function draw() {
        put(when, 'checked at ', time(found.at));
        put(list, found.groups.map(({ title, checks, problem }) => h('section.check-group', { 'aria-label': title },
            h('h2', null, title),
            problem !== null && checks.length === 0 ? failure(problem)
                : checks.length === 0 ? h('p.muted', null, 'It has no checks of its own.')
                : h('ul.plain', null, checks.map(row)))));
    }

    function row(check) {
        const [kind, word] = KINDS[check.State] ?? ['unknown', String(check.State).toLowerCase()];
        return h('li.check', null, badge(kind, word), h('span.check-name', null, check.Name),
            h('div.check-text', null, h('p', null, linked(check.Message)), check.Remedy ? h('p.remedy', null, linked(check.Remedy)) : null));
    }

    const onState = () => {
        again.disabled = !connection.isOnline;
        if (connection.isOnline && found === null && deployments.backends.length > 0) {
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

async function group(title, ask) {
    try {
        return { title, checks: checksOf(await ask()), problem: null };
    } catch (error) {
        return { title, checks: [], problem: error.message };
    }
}

function checksOf(answer) {
    const checks = Array.isArray(answer) ? answer : answer?.Details?.Checks ?? answer?.Checks ?? answer?.checks ?? [];
    return checks.map((check) => ({
        Name: check.Name ?? check.name, State: check.State ?? check.state, Message: check.Message ?? check.message ?? '',
        Remedy: check.Remedy ?? check.remedy ?? null,
    }));
}

/** A backend's checks that the machine's list has already are not shown twice. */
function unique(groups) {
    const seen = new Set();
    return groups.map((each) => ({
        ...each,
        checks: each.checks.filter(({ Name, Message }) => {
            const key = `${Name}\n${Message}`;
            const isNew = !seen.has(key);
            seen.add(key);
            return isNew;
        }),
    }));
}
