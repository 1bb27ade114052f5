// The host's workers and servers: read again while they are looked at, with the last ten minutes of their figures.

import { Samples } from './chart.js';
import { connection } from './state.js';

const PAUSE_MS = 2_000;
const PAGE = 500;

/** id -> { cpu, memory, players } */
const samples = new Map();

export const fleet = {
    servers: [],
    workers: [],

    /** null when it could be read, else `{ code, message }`. */
    problem: null,
    isRead: false,

    samplesOf(id) {
        let known = samples.get(id);
        if (known === undefined) {
            known = { cpu: new Samples(), memory: new Samples(), players: new Samples() };
            samples.set(id, known);
        }

        return known;
    },

    async read() {
        try {
            const [servers, workers] = await Promise.all([all('GET /server'), all('GET /worker')]);
            this.servers = servers;
            this.workers = workers;
            this.problem = null;
            const now = Date.now();
            for (const item of [...servers, ...workers]) {
                const known = this.samplesOf(item.id);
                known.cpu.add(item.cpu_percent, now);
                known.memory.add(item.memory_bytes, now);
                known.players.add(playersOf(item), now);
            }
        } catch (error) {
            this.problem = { code: error.code, message: error.message };
        }

        this.isRead = true;
    },

    command(id, type, more = {}) {
        return connection.request('fleet', `POST /server/${encodeURIComponent(id)}/command`, { type, ...more });
    },
};

/**
 * Reads again and again, one after the other, while the page is visible.
 * @returns {() => void} ends it
 */
export function watchFleet(onRead, read = () => fleet.read()) {
    let isEnded = false;
    let timer = 0;
    const turn = async () => {
        if (connection.isOnline && !document.hidden) {
            await read();
            if (!isEnded) {
                onRead();
            }
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

async function all(method) {
    const items = [];
    let after;
    do {
        const page = await connection.request('fleet', method, after === undefined ? { limit: PAGE } : { limit: PAGE, after });
        items.push(...(Array.isArray(page) ? page : page?.items ?? []));
        after = page?.next ?? undefined;
    } while (after !== undefined && items.length < 10_000);
    return items;
}
