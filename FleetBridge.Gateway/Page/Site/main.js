// The page: header, navigation, and the view that the address names.

import { age, h, put, svg, text } from './dom.js';
import { deployments } from './deployment-store.js';
import { machineSwitch } from './machine-switch.js';
import { attention, changes, choices, connection, machine, settings } from './state.js';
import { isDark, setTheme } from './themes.js';
import { button, said, shown } from './ui.js';
import { listenToLog, logBegun, logView } from './view-log.js';

// The log is heard from the start; the other views come when they are looked at, or a little later.
const VIEWS = [
    { name: 'Deployments', load: () => import('./view-deployments.js').then((module) => module.deploymentsView), icon: 'M3 4h14v4H3zM3 12h14v4H3zM6 6h1M6 14h1' },
    { name: 'Log', load: () => (current === null ? logBegun.then(() => logView) : logView), icon: 'M4 5h12M4 9h9M4 13h12M4 17h6' },
    { name: 'Fleet', load: () => import('./view-fleet.js').then((module) => module.fleetView), icon: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z' },
    { name: 'Sessions', load: () => import('./view-sessions.js').then((module) => module.sessionsView), icon: 'M7 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 17c0-3 2-5 5-5s5 2 5 5M14 4a3 3 0 0 1 0 5M14 12c3 0 4 2 4 5' },
    { name: 'Doctor', load: () => import('./view-doctor.js').then((module) => module.doctorView), icon: 'M3 10h3l2-5 4 10 2-5h3' },
    { name: 'Settings', load: () => import('./view-settings.js').then((module) => module.settingsView), icon: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4' },
];
const KEYS = [
    ['/', 'search'], ['n, N', 'next and previous hit'], ['g, G', 'top and bottom (follow)'], ['p', 'pause and follow'],
    ['w', 'break long lines'], ['t', 'times local or in UTC'], ['Enter', 'details of a line'], ['l', 'copy a link to the line'],
    ['c', 'console of the server'], ['Esc', 'close'], ['?', 'these keys'],
];
const TICK_MS = 1_000;
const REST_MS = 500;

const view = document.getElementById('view');
const parts = header();
const links = navigation();
const firstView = Promise.withResolvers();
let current = null;
let lastOnline = null;
let lastTurn = 0;

function header() {
    const state = h('span.connection', { role: 'status' });
    const retry = button('Try now', { kind: 'quiet', onclick: () => connection.retry() });
    const alert = h('a.alert', { href: '#/deployments' });
    const where = h('span.where');
    const machines = machineSwitch();
    const theme = h('button.button.quiet', { type: 'button', onclick: turnTheme });
    retry.hidden = true;
    put(document.getElementById('header'),
        h('a.brand', { href: '#/deployments', 'aria-label': 'FleetBridge, to Deployments' },
            svg('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true' }, svg('path', { d: 'M2 14c4-8 12-8 16 0M2 14h16M6 14v-3M10 14V8M14 14v-3' })),
            h('span', null, 'FleetBridge')),
        machines.element, where, alert, h('span.spring'), state, retry,
        theme);
    return { state, retry, alert, where, theme, machines };
}

function navigation() {
    const made = VIEWS.map(({ name, icon }) => h('a', { href: `#/${name.toLowerCase()}` },
        svg('svg', { viewBox: '0 0 20 20', 'aria-hidden': 'true' }, svg('path', { d: icon })), h('span', null, name)));
    put(document.getElementById('nav'), made);
    return made;
}

async function route() {
    const turn = ++lastTurn;
    const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/');
    const index = Math.max(0, VIEWS.findIndex((each) => each.name.toLowerCase() === name));
    const made = VIEWS[index].load();
    const make = made instanceof Promise ? await made : made;
    if (turn !== lastTurn) {
        return;
    }

    const isFirst = current === null;
    current?.dispose();
    current = make(rest.map(decodeURIComponent));
    put(view, current.element);
    links.forEach((link, at) => (at === index ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current')));
    if (!isFirst) {
        view.scrollTop = 0;
    }

    drawTitle();
    current.shown?.();
    firstView.resolve();
}

function drawTitle() {
    const failed = attention.size;
    document.title = `${failed > 0 ? `(${failed}) ` : ''}${current?.title ?? ''} · FleetBridge`;
    const colour = failed > 0 ? '%23c62f2f' : connection.isOnline ? '%232b7a4b' : '%237a7a7a';
    const shape = failed > 0 ? "<rect x='2' y='2' width='12' height='12'" : "<circle cx='8' cy='8' r='6'";
    document.querySelector('link[rel=icon]').href = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>${shape} fill='${colour}'/></svg>`;
}

function drawHeader() {
    const { state, detail } = connection;
    const words = {
        connecting: ['working', '◐', 'Connecting'], online: ['ready', '●', 'Connected'], offline: ['failed', '■', offlineWords(detail)],
        refused: ['failed', '■', `Refused: ${detail.reason || 'log in again'}`],
    }[state === 'connecting' && connection.since !== null ? 'offline' : state];
    parts.state.className = `connection ${words[0]}`;
    if (parts.state.textContent !== words[1] + words[2]) {
        put(parts.state, h('span', { 'aria-hidden': 'true' }, words[1]), h('span.word', null, words[2]));
    }

    parts.retry.hidden = state !== 'offline';
    parts.alert.hidden = attention.size === 0;
    const names = [...attention.values()];
    text(parts.alert, names.length === 1 ? `${names[0]} failed` : `${names.length} parts failed`);
    text(parts.theme, isDark() ? 'Light theme' : 'Dark theme');
    const prefix = settings.parameters().prefix;
    const place = machine === null ? location.host : `${machine} by ${location.host}`;
    text(parts.where, prefix === undefined ? place : `${place} · ${prefix}`);
}

function offlineWords(detail) {
    const lost = connection.since === null ? '' : ` for ${age(Date.now() - connection.since)}`;
    const next = detail.nextTry === undefined ? '' : `, next try in ${age(Math.max(0, detail.nextTry - Date.now()))}`;
    return `No connection${lost}${next}`;
}

async function onState() {
    document.body.classList.toggle('offline', !connection.isOnline && connection.since !== null);
    drawHeader();
    drawTitle();
    if (connection.state === 'refused' || connection.state === 'offline') {
        await checkSession();
        return;
    }

    if (connection.isOnline && lastOnline !== connection.detail.hello) {
        const isFirst = lastOnline === null;
        lastOnline = connection.detail.hello;
        connection.role = lastOnline?.role ?? 'viewer';
        if (isFirst) {
            await firstView.promise;
        } else {
            said('The connection is there again.');
        }

        await begin();
    }
}

/** Without a session there is nothing to come back to: it has ended, or was revoked. */
async function checkSession() {
    const response = await fetch('/session').catch(() => null);
    if (response?.status === 401) {
        location.assign(`/login${location.hash}`);
    }
}

async function begin() {
    try {
        void parts.machines.refresh();
        await settings.refresh();
        await deployments.refresh();
        await deployments.load(settings.backend);
    } catch {
        // the connection is gone again: the next one begins anew
    }
}

function turnTheme() {
    setTheme(isDark() ? 'light' : 'dark');
}

function onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null) {
        return;
    }

    const isField = event.target.closest?.('input:not([type=checkbox]), select, textarea') !== null;
    const isNamedKey = event.key === 'Escape' || event.key === 'End';
    if (isField || (!isNamedKey && !choices.get('keys', true))) {
        return;
    }

    if (event.key === '?') {
        shown('Keys', h('dl.details', null, KEYS.map(([key, what]) => [h('dt', null, h('kbd', null, key)), h('dd', null, what)])),
            h('p', null, 'Single keys can be switched off in Settings.'));
        event.preventDefault();
    } else if (current?.key?.(event.key) === true) {
        event.preventDefault();
    }
}

addEventListener('hashchange', async () => {
    await route();
    view.focus({ preventScroll: true });
});
addEventListener('keydown', onKey);
connection.addEventListener('state', () => void onState());
connection.addEventListener('unknown', () => void checkSession());
changes.addEventListener('attention', () => {
    drawHeader();
    drawTitle();
});
changes.addEventListener('settings', drawHeader);
addEventListener('theme', drawHeader);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawHeader);
setInterval(() => connection.isOnline || drawHeader(), TICK_MS);
listenToLog();
deployments.listen();
connection.begin();
void route();
drawHeader();
void onState();

// so that each view is there also while the bridge is not
addEventListener('load', () => setTimeout(() => VIEWS.forEach((each) => void Promise.resolve(each.load()).catch(() => null)), REST_MS));
