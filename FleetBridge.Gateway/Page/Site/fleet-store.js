// The host's workers, servers and sessions, as its topics tell them while they are looked at: what is there first, then what changes.

import { Samples } from './chart.js';
import { connection, machine } from './state.js';

const PAUSE_MS = 2_000;

/** id -> { cpu, memory, players } */
const samples = new Map();

export const fleet = {
    servers: [],
    workers: [],

    /** Whether a host responds; null while nobody knows. */
    isReachable: null,

    samplesOf(id) {
        let known = samples.get(id);
        if (known === undefined) {
            known = { cpu: new Samples(), memory: new Samples(), players: new Samples() };
            samples.set(id, known);
        }

        return known;
    },

    /**
     * Listens while a view shows it.
     * @returns {() => void} ends it
     */
    watch(onChange) {
        const end = watchTopic('servers', ['servers', 'workers'], (state) => {
            const isFirst = this.isReachable !== true;
            Object.assign(this, { servers: state.servers, workers: state.workers, isReachable: state.isReachable });
            if (isFirst) {
                this.sample();
            }

            onChange();
        });
        const timer = setInterval(() => {
            if (connection.isOnline && this.isReachable) {
                this.sample();
                onChange();
            }
        }, PAUSE_MS);
        return () => {
            end();
            clearInterval(timer);
        };
    },

    sample() {
        const now = Date.now();
        for (const item of [...this.servers, ...this.workers]) {
            const known = this.samplesOf(item.id);
            known.cpu.add(item.cpu_percent, now);
            known.memory.add(item.memory_bytes, now);
            known.players.add(playersOf(item), now);
        }
    },

    command(id, type, more = {}) {
        return connection.request('fleet', `POST /server/${encodeURIComponent(id)}/command`, { type, ...more });
    },
};

/**
 * Follows a topic of items: a snapshot, then those that have changed and the ids of those that are gone. Topics of the mesh have no
 * snapshot, so that another machine is asked for its lists again and again.
 * @param {string} topic
 * @param {string[]} kinds the lists that it has
 * @param {(state: object) => void} onChange
 * @param {string} id the member of an item that is its id
 */
export function watchTopic(topic, kinds, onChange, id = 'id') {
    let lists = new Map();
    let isReachable = null;
    const tell = () => onChange({ isReachable, ...Object.fromEntries(kinds.map((kind) => [kind, [...(lists.get(kind)?.values() ?? [])]])) });
    const take = (change) => {
        isReachable = change.reachable ?? isReachable;
        for (const kind of kinds) {
            const items = lists.get(kind) ?? new Map();
            lists.set(kind, items);
            (change[kind] ?? []).forEach((item) => items.set(item[id], item));
            (change[`removed_${kind}`] ?? []).forEach((gone) => items.delete(gone));
        }
    };
    if (machine !== null) {
        return repeat(async () => {
            lists = new Map();
            try {
                const found = await Promise.all(kinds.map((kind) => connection.request('fleet', kind)));
                isReachable = true;
                kinds.forEach((kind, index) => take({ [kind]: found[index]?.items ?? found[index]?.GameSessions ?? [] }));
            } catch {
                isReachable = false;
            }

            tell();
        });
    }

    return connection.subscribe(topic, 0, {
        events(records) {
            records.forEach(({ event }) => take(event));
            tell();
        },
        mark(mark) {
            if (mark.error) {
                isReachable = false;
                tell();
            } else if (mark.snapshot) {
                lists = new Map();
                isReachable = null;
                take(mark.snapshot);
                if (isReachable !== null) {
                    tell();
                }
            }
        },
    });
}

/**
 * Reads again and again, one after the other, while the page is visible.
 * @returns {() => void} ends it
 */
export function repeat(read) {
    let isEnded = false;
    let timer = 0;
    const turn = async () => {
        if (connection.isOnline && !document.hidden) {
            await read();
        }

        if (!isEnded) {
            timer = setTimeout(turn, PAUSE_MS);
        }
    };
    void turn();
    return () => {
        isEnded = true;
        clearTimeout(timer);
    };
}

/** Players of a server, where it says how many. */
export function playersOf(server) {
    const value = server.players ?? server.current_players ?? server.player_count;
    return typeof value === 'number' ? value : undefined;
}

/** What a state of a server or worker is shown as. */
export function stateKind(state) {
    return {
        ready: 'ready', alive: 'ready', starting: 'working', installing: 'working', stopping: 'working', stopped: 'absent', shutdown: 'absent',
        frozen: 'differs', crashed: 'failed', failed: 'failed', unknown: 'differs',
    }[state] ?? 'unknown';
}
