// What the views share: the connection, this browser's choices, and the settings that requests carry.

import { Connection } from './connection.js';

const unstored = new Map();

/** This browser's choices. Storage belongs to one origin, and so to one port. */
export const choices = {
    get(name, fallback) {
        try {
            const value = localStorage.getItem(name) ?? unstored.get(name) ?? null;
            return value === null ? fallback : JSON.parse(value);
        } catch {
            return unstored.has(name) ? JSON.parse(unstored.get(name)) : fallback;
        }
    },
    set(name, value) {
        try {
            localStorage.setItem(name, JSON.stringify(value));
        } catch {
            // storage is full or switched off: the choice holds until the page is closed
            unstored.set(name, JSON.stringify(value));
        }
    },
};

/** The machine of the mesh whose bridge and host the page shows; null for the gateway's own. */
export const machine = choices.get('machine', null);

export const connection = new Connection(machine);

/** Shows another machine. The page begins again: nothing of one machine is ever shown as another's. */
export function chooseMachine(name) {
    choices.set('machine', name);
    location.reload();
}

/** Tells views of changes: `settings`, `backend`, `attention`, `deployments`. */
export const changes = new EventTarget();

export function changed(what) {
    changes.dispatchEvent(new Event(what));
}

/** Which part of a deployment needs attention: backend/path -> the name that a person knows it by. */
export const attention = new Map();

let chosenBackend = choices.get('backend', null);
let found = { settings: {}, sources: {} };
let edited = choices.get('settings', {});

export const settings = {
    /** The chosen backend, such as `aws/1`. */
    get backend() {
        return chosenBackend;
    },
    set backend(value) {
        chosenBackend = value;
        choices.set('backend', value);
        changed('backend');
    },

    /** What the bridge knows: the settings of its project, and over them those of the editor's last request. */
    get found() {
        return found.settings;
    },

    /** Where the bridge has a setting from: `project` or `editor`; undefined where it does not know it. */
    sourceOf(name) {
        return found.sources[name];
    },

    /** Asks the bridge what it knows; the editor may have sent other settings meanwhile. */
    async refresh() {
        const answer = await connection.request('bridge', 'project').catch(() => null);
        if (answer === null) {
            return;
        }

        const next = {
            settings: answer.settings ?? {},
            sources: answer.sources ?? Object.fromEntries(Object.keys(answer.settings ?? {}).map((name) => [name, answer.source ?? 'project'])),
        };
        if (JSON.stringify(next) !== JSON.stringify(found)) {
            found = next;
            changed('settings');
        }
    },

    /** What was changed here. */
    get edited() {
        return edited;
    },

    edit(name, value) {
        edited = { ...edited };
        if (value === null || value === '') {
            delete edited[name];
        } else {
            edited[name] = value;
        }

        choices.set('settings', edited);
        changed('settings');
    },

    /** The settings of a request, those that its backend has. */
    parameters(known) {
        const all = { ...found.settings, ...edited };
        return known === undefined ? all : Object.fromEntries(Object.entries(all).filter(([name]) => known.has(name)));
    },
};

/** Whether the role of this session may do what an operator or an admin does. */
export function may(role) {
    const order = ['viewer', 'operator', 'admin'];
    return order.indexOf(connection.role ?? 'viewer') >= order.indexOf(role);
}
