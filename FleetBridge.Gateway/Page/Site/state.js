// What the views share: the connection, this browser's choices, and the settings that requests carry.

import { Connection } from './connection.js';

const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';

export const connection = new Connection(`${scheme}//${location.host}/gateway`);

/** This browser's choices. Storage belongs to one origin, and so to one port. */
export const choices = {
    get(name, fallback) {
        try {
            const value = localStorage.getItem(name);
            return value === null ? fallback : JSON.parse(value);
        } catch {
            return fallback;
        }
    },
    set(name, value) {
        try {
            localStorage.setItem(name, JSON.stringify(value));
        } catch {
            // storage is full or switched off: the choice holds until the page is closed
        }
    },
};

/** Tells views of changes: `settings`, `backend`, `attention`, `deployments`. */
export const changes = new EventTarget();

export function changed(what) {
    changes.dispatchEvent(new Event(what));
}

/** Which part of a deployment needs attention: backend/path -> the name that a person knows it by. */
export const attention = new Map();

let chosenBackend = choices.get('backend', null);
let ofProject = {};
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

    /** What the bridge knows of the project. */
    get ofProject() {
        return ofProject;
    },
    set ofProject(value) {
        ofProject = value;
        changed('settings');
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
        const all = { ...ofProject, ...edited };
        return known === undefined ? all : Object.fromEntries(Object.entries(all).filter(([name]) => known.has(name)));
    },
};

/** Whether the role of this session may do what an operator or an admin does. */
export function may(role) {
    const order = ['viewer', 'operator', 'admin'];
    return order.indexOf(connection.role ?? 'viewer') >= order.indexOf(role);
}
