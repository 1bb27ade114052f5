// Deployments, kept while the page is open: what each backend has, what is known of it, and what runs.

import { CallError } from './connection.js';
import { partsOf } from './deployment-model.js';
import { attention, changed, connection, settings } from './state.js';

const NOT_COMPLETED = { 'Overall Result': 'False' };

/** What was the last that had happened when the page came. */
let seen = [];

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
            const parts = partsOf(metadata, resources);
            for (const part of parts) {
                const known = old.get(part.path);
                if (known !== undefined) {
                    Object.assign(part, { result: known.result, at: known.at, operation: known.operation, running: known.running });
                }
            }

            loaded.set(backend, {
                parts,
                prefix: config?.prefix ?? '',
                title: metadata?.Details?.['Fleet Type'] ?? backend,
                description: metadata?.Details?.['Fleet Description'] ?? '',
                known: new Set(Object.keys(config ?? {}).filter((name) => name !== 'Overall Result' && name !== 'Error')),
                problem: metadata?.['Overall Result'] === 'True' ? null : metadata?.Error ?? 'The backend does not say what it has.',
            });
        } catch (error) {
            loaded.set(backend, { ...(loaded.get(backend) ?? { parts: [], title: backend, description: '', known: new Set() }), problem: error.message });
        }

        seen.forEach((event) => this.happened(event));
        changed('deployments');
    },

    parameters(backend) {
        return settings.parameters(loaded.get(backend)?.known);
    },

    /** Listens to what others do: the editor, a command line, another browser. */
    listen() {
        connection.subscribe('deployments', 0, {
            events: (records) => records.forEach(({ event }) => this.happened(event)),
            mark: ({ snapshot }) => {
                seen = snapshot ?? [];
                seen.forEach((event) => this.happened(event));
            },
        });
    },

    /** An operation has begun or ended somewhere. */
    happened({ backend, resource, operation, prefix, state, time, result }) {
        const known = loaded.get(backend);
        const part = known?.parts.find((each) => each.path === resource);
        const own = this.parameters(backend).prefix ?? known?.prefix;
        if (part === undefined || prefix !== own || part.running?.isOwn) {
            return;
        }

        const at = Date.parse(time);
        if (state === 'running') {
            part.running = { operation, activity: 'asked for by somebody else', fraction: null, detail: null, since: at };
            changed('deployments');
        } else if (part.at === null || at >= part.at) {
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

function progressOf(progress) {
    return {
        activity: progress.activity ?? progress.Activity ?? null,
        fraction: progress.fraction ?? progress.Fraction ?? null,
        detail: progress.detail ?? progress.Detail ?? null,
    };
}
