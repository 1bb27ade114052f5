// The switch between the machines of the mesh: those whose bridge or host the gateway can call. With one machine it is not there.

import { h, put } from './dom.js';
import { chooseMachine, connection, machine } from './state.js';

const OURS = /^(fleetbridge|fleet)\.(.+)$/;
const PAUSE_MS = 15_000;

/** A field for the header; `refresh` asks which machines there are. */
export function machineSwitch() {
    const choice = h('select', { 'aria-label': 'Machine', onchange: () => chooseMachine(choice.value === '' ? null : choice.value) });
    const element = h('label.field.machine', { hidden: true }, h('span', null, 'Machine'), choice);
    let drawn = '';

    async function refresh() {
        const answer = await connection.request('gateway', 'services').catch(() => null);
        if (answer !== null) {
            draw(answer.machine ?? null, answer.services ?? []);
        }

        // a gateway without a mesh will not have one later
        if (answer === null || answer.machine !== null || machine !== null) {
            clearTimeout(refresh.timer);
            refresh.timer = setTimeout(() => connection.isOnline && void refresh(), PAUSE_MS);
        }
    }

    function draw(own, services) {
        const others = new Map();
        for (const name of services) {
            const [, kind, where] = OURS.exec(name) ?? [];
            if (where !== undefined && where !== own) {
                others.set(where, [...(others.get(where) ?? []), kind]);
            }
        }

        if (machine !== null && !others.has(machine)) {
            others.set(machine, []);
        }

        const next = JSON.stringify([own, [...others]]);
        if (next === drawn) {
            return;
        }

        drawn = next;
        element.hidden = others.size === 0;
        put(choice,
            h('option', { value: '', selected: machine === null }, own === null ? 'this machine' : `${own} (this machine)`),
            [...others].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, kinds]) =>
                h('option', { value: name, selected: name === machine }, `${name}${wordOf(kinds)}`)));
    }

    return { element, refresh };
}

/** What is left out of a machine, where it has not both. */
function wordOf(kinds) {
    return kinds.length === 0 ? ' (not there)' : kinds.length === 2 ? '' : kinds[0] === 'fleet' ? ' (host only)' : ' (bridge only)';
}
