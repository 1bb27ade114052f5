// Deployments, kept while the page is open: what each backend has, what is known of it, and what runs.

import { CallError } from './connection.js';
import { partsOf } from './deployment-model.js';
import { attention, changed, changes, connection, settings } from './state.js';

const NOT_COMPLETED = { 'Overall Result': 'False' };

const REFRESH_MS = 300;
let refreshing = 0;

/** The last event of each operation: what is known of a deployment when its prefix is chosen. */
const seen = new Map();

/** backend -> { parts, metadata, known, problem } */
const loaded = new Map();

export const deployments = {
    /** The names of the backends, such as `aws/1`. */
    backends: [],

    of(backend) {
        return loaded.get(backend);
    },

    /** Reads which backends there are. What is known of their parts stays. */
    async refresh() {
        const list = await connection.request('bridge', 'backends');
        const items = Array.isArray(list) ? list : list?.backends ?? list?.Backends ?? [];
        this.backends = items.map((item) => `${item.name}/${item.version}`);
        if (settings.backend === null || !this.backends.includes(settings.backend)) {
            settings.backend = this.backends.includes('aws/1') ? 'aws/1' : this.backends[0] ?? null;
        }

        changed('deployments');
    },

    /** Reads what a backend has. */
    async load(backend) {
        if (backend === null) {
            return;
        }

        try {
            const [metadata, resources, config] = await Promise.all([
                connection.request('bridge', `${backend}/metadata`),
                connection.request('bridge', `${backend}/resources`).catch(() => null),
                connection.request('bridge', `${backend}/config`),
            ]);
            const old = new Map((loaded.get(backend)?.parts ?? []).map((part) => [part.path, part]));
            const parts = partsOf(metadata, resources).map((part) => old.get(part.path)?.redescribe(part) ?? part);

            loaded.set(backend, {
                parts,
                prefix: config?.prefix ?? '',
                title: metadata?.Details?.['Fleet Type'] ?? backend,
                description: metadata?.Details?.['Fleet Description'] ?? '',
                known: new Set(Object.keys(config ?? {}).filter((name) => name !== 'Overall Result' && name !== 'Error')),
                of: loaded.get(backend)?.of,
                problem: metadata?.['Overall Result'] === 'True' ? null : metadata?.Error ?? 'The backend does not say what it has.',
            });
        } catch (error) {
            loaded.set(backend, { ...(loaded.get(backend) ?? { parts: [], title: backend, description: '', known: new Set() }), problem: error.message });
        }

        loaded.get(backend).of ??= JSON.stringify(this.parameters(backend));
        this.replay(backend);
        changed('deployments');
    },

    /** What has happened to a backend's deployment before it was looked at, in its order. */
    replay(backend) {
        [...seen.values()].filter((event) => event.backend === backend)
            .sort((one, other) => (one.time < other.time ? -1 : 1))
            .forEach((event) => this.happened(event));
    },

    /** Other settings are another deployment: nothing is known of it but what has happened to it. */
    forget() {
        for (const [backend, known] of loaded) {
            const next = JSON.stringify(this.parameters(backend));
            if (known.of !== next) {
                known.of = next;
                known.parts.forEach((part) => {
                    Object.assign(part, { result: null, at: null, operation: null, eventTime: '', running: part.running?.isOwn ? part.running : null });
                    attention.delete(`${backend}/${part.path}`);
                });
                this.replay(backend);
            }
        }

        changed('attention');
        changed('deployments');
    },

    parameters(backend) {
        return settings.parameters(loaded.get(backend)?.known);
    },

    /** Listens to what others do: the editor, a command line, another browser. */
    listen() {
        connection.subscribe('deployments', 0, {
            events: (records) => records.forEach(({ event }) => {
                remember(event);
                this.happened(event);
                refreshSoon();
            }),
            mark: ({ snapshot }) => {
                // what ran for somebody else may have ended with the bridge that ran it
                for (const { parts } of loaded.values()) {
                    parts.filter((part) => part.running?.isOwn !== true).forEach((part) => { part.running = null; });
                }

                seen.clear();
                (snapshot ?? []).forEach(remember);
                this.backends.forEach((backend) => this.replay(backend));
                changed('deployments');
            },
        });
    },

    /** An operation has begun or ended somewhere. */
    happened({ backend, resource, operation, prefix, state, time, result }) {
        const known = loaded.get(backend);
        const part = known?.parts.find((each) => each.path === resource);
        const own = this.parameters(backend).prefix ?? known?.prefix;
        if (part === undefined || prefix !== own || time < part.eventTime) {
            return;
        }

        // this page's own operations have a response; their events are older than it
        part.eventTime = time;
        if (part.running?.isOwn) {
            return;
        }

        const at = Date.parse(time);
        if (state === 'running') {
            part.running = { operation, activity: 'asked for by somebody else', fraction: null, detail: null, since: at };
            changed('deployments');
        } else {
            this.ended(backend, part, operation, result, at);
        }
    },

    /**
     * Runs an operation of a part, and keeps what came of it.
     * @returns {Promise<boolean>} whether it went well
     */
    async run(backend, part, operation) {
        const request = part.request(operation);
        part.running = { operation, activity: null, fraction: null, detail: null, since: Date.now(), isOwn: true };
        changed('deployments');
        try {
            const result = await connection.request('bridge', `${backend}/${request.path}`, this.parameters(backend), {
                progress: (progress) => {
                    part.running = { ...part.running, ...progressOf(progress) };
                    changed('deployments');
                },
            });
            this.ended(backend, part, operation, result);
        } catch (error) {
            const message = error instanceof CallError ? error.message : String(error);
            this.ended(backend, part, operation, { ...NOT_COMPLETED, Error: message });
        }

        return part.result['Overall Result'] === 'True';
    },

    /** An operation has ended, here or elsewhere. */
    ended(backend, part, operation, result, at = Date.now()) {
        part.running = null;
        if (operation !== 'browse' || result['Overall Result'] !== 'True') {
            part.result = result;
            part.operation = operation;
            part.at = at;
        }

        const key = `${backend}/${part.path}`;
        if (part.state[0] === 'failed') {
            attention.set(key, part.name);
        } else {
            attention.delete(key);
        }

        changed('attention');
        changed('deployments');
    },
};

function remember(event) {
    seen.set([event.backend, event.resource, event.operation, event.prefix].join('\n'), event);
}

/** Somebody works with this bridge, perhaps the editor with other settings. */
function refreshSoon() {
    clearTimeout(refreshing);
    refreshing = setTimeout(() => void settings.refresh(), REFRESH_MS);
}

function progressOf(progress) {
    return {
        activity: progress.activity ?? progress.Activity ?? null,
        fraction: progress.fraction ?? progress.Fraction ?? null,
        detail: progress.detail ?? progress.Detail ?? null,
    };
}

changes.addEventListener('settings', () => deployments.forget());
