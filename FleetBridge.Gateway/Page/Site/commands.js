// The command line that does the same as a button of the page.

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One argument, as a shell of Unix takes it. */
export function quoted(value) {
    const whole = String(value);
    return PLAIN.test(whole) ? whole : `'${whole.replaceAll("'", "'\\''")}'`;
}

/** `fleetbridge check fleet --backend aws/1 --prefix nightly --url http://localhost:8770`. */
export function resourceCommand(operation, names, backend, parameters, more = []) {
    return line([operation, ...names, '--backend', backend, ...options(parameters), ...more, '--url', location.origin]);
}

/** `fleetbridge request aws/1/deployment/fleet/check --set prefix=nightly --url …`, for what has no command of its own. */
export function requestCommand(path, parameters) {
    const set = Object.entries(parameters ?? {}).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    return line(['request', path, ...set, '--url', location.origin]);
}

/** A command about the fleet or its sessions. */
export function hostCommand(...words) {
    return line([...words, '--url', location.origin]);
}

export function line(words) {
    return ['fleetbridge', ...words.map(quoted)].join(' ');
}

function options(parameters) {
    return Object.entries(parameters ?? {}).flatMap(([name, value]) => [`--${name.replaceAll('_', '-')}`, value]);
}
