// The parts of a deployment: in the order of their dependencies, with what is known of each.

import { headingOf } from './markup.js';

const WORKING = /(ING|PENDING|NEW|INITIALIZED)$/i;

const BUTTONS = ['check', 'create', 'delete'];

/** A part of a deployment, as the editor shows it and the bridge runs it. */
export class Part {
    /** `null` when nothing is known yet. */
    result = null;
    at = null;

    /** The operation whose result is known. */
    operation = null;

    /** When something of it happened last, as the bridge says it. */
    eventTime = '';

    /** The running operation: `{ operation, activity, fraction, detail, since }`. */
    running = null;

    constructor(component, resource) {
        this.name = component.Name;
        this.description = component.Description;
        this.heading = headingOf(component.Description);
        this.resource = resource?.Name ?? null;
        this.cost = resource?.['Cost of keeping'] ?? null;
        this.dependsOn = resource?.['Depends On'] ?? [];
        this.path = resource?.Path ?? pathOf(component);
        this.requests = (component.Requests ?? []).map((request) => {
            const path = request.RequestPath.replace(/^\//, '');
            return { label: request.Name, path, operation: splitPath(path)[1] };
        });

        // what the editor does not show, the command line has all the same
        for (const operation of BUTTONS) {
            if (resource?.Operations?.includes(operation) && this.request(operation) === undefined) {
                this.requests.push({ label: operation, path: `${resource.Path}/${operation}`, operation });
            }
        }
    }

    /** The same part, as a newer build of the backend describes it; what is known of it, and what runs, stays. */
    redescribe({ name, description, heading, resource, cost, dependsOn, path, requests }) {
        return Object.assign(this, { name, description, heading, resource, cost, dependsOn, path, requests });
    }

    /** The request of an operation, or undefined. */
    request(operation) {
        return this.requests.find((request) => request.operation === operation);
    }

    /** The state as kind and word. */
    get state() {
        if (this.running !== null) {
            const percent = this.running.fraction === null || this.running.fraction === undefined
                ? '' : ` ${Math.round(this.running.fraction * 100)} %`;
            return ['working', `${doing(this.running.operation)}${percent}`];
        }

        return this.result === null ? ['unknown', 'not checked'] : stateOf(this.operation, this.result);
    }

    /** Why it failed, with the remedy; null when it did not. */
    get error() {
        return this.result === null || this.result['Overall Result'] === 'True' || isAbsent(this.result) ? null
            : this.result.Error ?? 'The bridge does not say why.';
    }

    get drift() {
        const drift = this.result?.Details?.Drift;
        return Array.isArray(drift) ? drift : [];
    }
}

/** What a result says of the part: kind and word. */
export function stateOf(operation, result) {
    const isTrue = result['Overall Result'] === 'True';
    const word = result.Details?.State;
    if (operation === 'delete') {
        return isTrue ? ['absent', 'deleted'] : ['failed', 'not deleted'];
    }

    if (isAbsent(result)) {
        return ['absent', 'absent'];
    }

    if (isTrue) {
        return Array.isArray(result.Details?.Drift) && result.Details.Drift.length > 0 ? ['differs', 'differs']
            : ['ready', operation === 'create' ? 'created' : 'ready'];
    }

    if (result['Overall Result'] === 'Invalid Settings') {
        return ['failed', 'settings'];
    }

    return typeof word === 'string' && WORKING.test(word) ? ['working', word.toLowerCase()] : ['failed', 'failed'];
}

function isAbsent(result) {
    return result['Overall Result'] !== 'True' && result.Details?.State === 'ABSENT';
}

function doing(operation) {
    return { check: 'checking', create: 'creating', delete: 'deleting', browse: 'opening' }[operation] ?? 'running';
}

/** The path of a request's resource, and the operation: `thing/check` and `thing_check` are the same to a bridge. */
function splitPath(path) {
    const segments = path.split('/');
    const last = segments.pop();
    const [, name, operation] = /^(.+)_(check|create|delete|browse)$/.exec(last) ?? [];
    return operation === undefined ? [segments.join('/'), last] : [[...segments, name].join('/'), operation];
}

function pathOf(component) {
    return splitPath((component.Requests?.[0]?.RequestPath ?? '').replace(/^\//, ''))[0];
}

/** Parts of components and resources, in the order in which they are created. */
export function partsOf(metadata, resources) {
    const components = metadata?.Details?.Components ?? [];
    const byPath = new Map((resources?.Details?.Resources ?? []).map((resource, index) => [resource.Path, { resource, index }]));
    const parts = components.map((component) => {
        const known = byPath.get(pathOf(component));
        return { part: new Part(component, known?.resource), order: known?.index ?? Number.MAX_SAFE_INTEGER };
    });
    return parts.sort((one, other) => one.order - other.order).map(({ part }) => part);
}

/**
 * Runs one operation on several parts: each after those that it depends on (for a delete the other way round), independent ones side by
 * side. Those behind a failure are left out when they are created; deletes go on.
 * @param {Part[]} parts
 * @param {string} operation
 * @param {(part: Part) => Promise<boolean>} run whether it went well
 * @returns {Promise<Map<Part, string>>} `done`, `failed` or `skipped`
 */
export async function runAll(parts, operation, run) {
    const chosen = parts.filter((part) => part.request(operation) !== undefined);
    const before = (part) => (operation === 'check' ? []
        : operation === 'delete' ? chosen.filter((other) => other.dependsOn.includes(part.path))
        : chosen.filter((other) => part.dependsOn.includes(other.path)));
    const outcomes = new Map();
    const started = new Map();
    const start = (part) => {
        if (!started.has(part)) {
            started.set(part, (async () => {
                await Promise.all(before(part).map(start));
                const isBlocked = operation === 'create' && before(part).some((other) => outcomes.get(other) !== 'done');
                outcomes.set(part, isBlocked ? 'skipped' : (await run(part)) ? 'done' : 'failed');
            })());
        }

        return started.get(part);
    };
    await Promise.all(chosen.map(start));
    return outcomes;
}
