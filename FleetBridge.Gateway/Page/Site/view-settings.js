// Settings: what requests carry, where each value comes from, and this browser's choices.

import { h, put, text } from './dom.js';
import { bridgeCommand, quoted } from './commands.js';
import { deployments } from './deployment-store.js';
import { changes, choices, connection, settings } from './state.js';
import { setTheme } from './themes.js';
import { isUtc, setUtc } from './times.js';
import { button, checkbox, commandLine, failure, said, viewHead } from './ui.js';

const SOURCES = { project: 'project', editor: 'editor’s last request' };
const SECRET = /(secret|token|password|credential)/i;

export function settingsView() {
    const about = h('span');
    const body = h('tbody');
    const problem = h('div');
    const command = h('div');
    const filter = h('input', { type: 'search', 'aria-label': 'Search', placeholder: 'Search settings  /', oninput: () => sift() });
    const backends = h('div.segments', { role: 'group', 'aria-label': 'Backend' });
    const table = h('table.settings', null,
        h('thead', null, h('tr', null, ['Setting', 'Value that requests carry', 'Default', 'From'].map((word) => h('th', { scope: 'col' }, word)))), body);
    const element = h('div.view', null,
        viewHead('Settings', about),
        h('div.bar', null, backends, filter), problem, h('div.scroll-x', { tabindex: '0', role: 'region', 'aria-label': 'Settings of the deployment' }, table), command,
        h('section.choices', { 'aria-label': 'This browser' },
            h('h2', null, 'This browser'),
            checkbox('Single keys (press ? for the list)', choices.get('keys', true), (isOn) => choices.set('keys', isOn)),
            checkbox('Times in UTC', isUtc(), setUtc),
            checkbox('Break long lines in logs', choices.get('wrap', false), (isOn) => { choices.set('wrap', isOn); dispatchEvent(new Event('wrap')); }),
            theme(),
            button('Log out', { onclick: () => void logOut() })));
    let isGone = false;
    let loads = 0;

    async function load() {
        const backend = settings.backend;
        put(backends, deployments.backends.map((name) => h('button', {
            type: 'button', 'aria-pressed': name === backend ? 'true' : 'false',
            onclick: async () => { settings.backend = name; await deployments.load(name); },
        }, name)));
        if (backend === null || !connection.isOnline || deployments.of(backend) === undefined) {
            return;
        }

        const turn = ++loads;
        const parameters = settings.parameters(deployments.of(backend).known);
        try {
            const [defaults, values] = await Promise.all([
                connection.request('bridge', `${backend}/config`),
                connection.request('bridge', `${backend}/config`, parameters),
            ]);
            if (!isGone && turn === loads) {
                draw(backend, defaults, values, parameters);
            }
        } catch (error) {
            put(problem, failure(error.message));
        }
    }

    function draw(backend, defaults, values, parameters) {
        put(problem, values['Overall Result'] === 'True' ? null : failure(values.Error));
        text(about, `What a request to ${backend} carries. A change holds for this browser, and changes no project.`);
        const focused = body.contains(document.activeElement) ? document.activeElement.name : null;
        put(body, Object.keys(defaults).filter((name) => name !== 'Overall Result' && name !== 'Error').map((name) => row(name, defaults[name], values[name])));
        if (focused !== null) {
            body.querySelector(`input[name="${CSS.escape(focused)}"]`)?.focus();
        }

        put(command, commandLine(bridgeCommand(['config', '--backend', backend,
            ...Object.entries(parameters).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, value])], `${backend}/config`, parameters)));
        sift();
    }

    function row(name, standard, value) {
        const own = settings.edited[name];
        const input = h('input', {
            name, type: SECRET.test(name) ? 'password' : 'text', value: own ?? settings.found[name] ?? '', placeholder: value ?? standard ?? 'not set',
            'aria-label': name, spellcheck: 'false', autocomplete: 'off', title: `--${name.replaceAll('_', '-')} ${quoted(value ?? '')}`,
            onchange: () => {
                const typed = input.value.trim();
                settings.edit(name, typed === (settings.found[name] ?? '') ? null : typed);
                said(typed === '' ? `${name} is back to its default.` : `Requests carry ${name} ${typed}.`);
            },
        });
        return h('tr', { 'data-name': name },
            h('th', { scope: 'row' }, h('code', null, name)), h('td', null, input), h('td.default', null, standard ?? h('span.muted', null, 'none')),
            h('td', null, own !== undefined ? h('span.chip', null, 'changed here') : settings.sourceOf(name) !== undefined ? h('span.chip', null, SOURCES[settings.sourceOf(name)] ?? settings.sourceOf(name))
                : h('span.muted', null, value === standard ? 'default' : 'follows another')));
    }

    function sift() {
        const words = filter.value.toLowerCase();
        for (const each of body.rows) {
            each.hidden = !each.dataset.name.includes(words) && !each.textContent.toLowerCase().includes(words);
        }
    }

    const onChange = () => void load();
    const names = ['settings', 'backend', 'deployments'];
    names.forEach((name) => changes.addEventListener(name, onChange));
    connection.addEventListener('state', onChange);
    void load();
    void settings.refresh();
    return {
        element,
        title: 'Settings',
        key(name) {
            if (name === '/') {
                filter.focus();
                return true;
            }

            return false;
        },
        dispose() {
            isGone = true;
            names.forEach((name) => changes.removeEventListener(name, onChange));
            connection.removeEventListener('state', onChange);
        },
    };
}

async function logOut() {
    await fetch('/logout', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-FleetBridge': 'logout' }, body: '{}' }).catch(() => null);
    location.assign('/login');
}

function theme() {
    const current = document.documentElement.dataset.theme ?? 'system';
    return h('fieldset', null, h('legend', null, 'Theme'), ['system', 'light', 'dark'].map((name) => h('label.check', null,
        h('input', {
            type: 'radio', name: 'theme', value: name, checked: name === current,
            onchange: () => setTheme(name),
        }), h('span', null, name))));
}
