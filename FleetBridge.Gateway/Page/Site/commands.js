// The command line that does the same as a button of the page, here or on the machine that was chosen.

import { machine } from './state.js';

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

// the page does not know the broker's address, which may have a password in it
const BROKER = 'BROKER';

/** One argument, as a shell of Unix takes it. */
export function quoted(value) {
    const whole = String(value);
    return PLAIN.test(whole) ? whole : `'${whole.replaceAll("'", "'\\''")}'`;
}

/**
 * `fleetbridge check fleet --backend aws/1 --prefix nightly --url http://localhost:8770`.
 * @param {string} operation
 * @param {import('./deployment-model.js').Part[]} parts those that it is about
 * @param {string} backend
 * @param {object} parameters
 * @param {{ isAll?: boolean, more?: string[] }} options whether these are all parts, and options of the command
 */
export function resourceCommand(operation, parts, backend, parameters, { isAll = false, more = [] } = {}) {
    return machine === null
        ? line([operation, ...(isAll ? ['all'] : parts.map((part) => part.resource)), '--backend', backend, ...options(parameters), ...more, '--url', location.origin])
        : parts.map((part) => meshCall('fleetbridge', `${backend}/${part.request(operation).path}`, parameters)).join(' && ');
}

/** `fleetbridge request aws/1/deployment/fleet/check --set prefix=nightly --url …`, for what has no command of its own. */
export function requestCommand(path, parameters) {
    const set = Object.entries(parameters ?? {}).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    return machine === null ? line(['request', path, ...set, '--url', location.origin]) : meshCall('fleetbridge', path, parameters);
}

/**
 * A command about this bridge, and the call that does the same on another machine.
 * @param {(string|number)[]} words
 * @param {string} method
 * @param {object} parameters
 */
export function bridgeCommand(words, method, parameters = {}) {
    return machine === null ? line([...words, '--url', location.origin]) : meshCall('fleetbridge', method, parameters);
}

/** The same about the fleet or its sessions. */
export function hostCommand(words, method, parameters = {}) {
    return machine === null ? line([...words, '--url', location.origin]) : meshCall('fleet', method, parameters);
}

/** A command for one game server. */
export function serverCommand(type, id, text = undefined) {
    return hostCommand(['server', type === 'stdin' ? 'send' : type, id, ...(text === undefined ? [] : [text])],
        `POST /server/${encodeURIComponent(id)}/command`, { type, ...(text === undefined ? {} : { text }) });
}

export function line(words) {
    return ['fleetbridge', ...words.map(quoted)].join(' ');
}

function meshCall(service, method, parameters) {
    const set = Object.entries(parameters ?? {}).map(([name, value]) => `${name}=${value}`);
    return line(['mesh', 'call', `${service}.${machine}`, method, ...set, '--mesh', BROKER]);
}

function options(parameters) {
    return Object.entries(parameters ?? {}).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, value]);
}
