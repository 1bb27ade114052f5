// The gateway, as the views know it: requests with progress, topics, and whether it is there.

const LONGEST_CALL_MS = 600_000;
const OUTCOME_PAUSE_MS = 1_000;

/** What a service is called on the mesh, before the machine's name. */
const OF_MACHINES = { bridge: 'fleetbridge', fleet: 'fleet' };
const TOPICS_OF_MACHINES = ['deployments', 'log'];

/** Why a request failed: `code` is the wire's, `retryable` whether the same request may succeed later. */
export class CallError extends Error {
    constructor({ error, description, retryable }, call) {
        super(description ?? error);
        this.code = error;
        this.retryable = retryable === true;
        this.call = call;
    }
}

export class Connection extends EventTarget {
    #socket = globalThis.earlyConnection;
    #machine;
    #calls = new Map();
    #topics = new Map();
    #next = 1;

    /** `connecting`, `online`, `offline` or `refused`. */
    state = 'connecting';

    /** What is known of the state: the hello event, or the close code with its reason and the time of the next try. */
    detail = {};

    /** When the connection was lost; null while it is there. */
    since = null;

    /** @param {string|null} machine whose bridge and host are asked, by the mesh; null for the gateway's own */
    constructor(machine = null) {
        super();
        this.#machine = machine;
    }

    /** Takes what has come, and what comes: once everybody listens. */
    begin() {
        this.#socket.listen((data) => this.#receive(data));
    }

    get isOnline() {
        return this.state === 'online';
    }

    /** Tries at once instead of at the next time. */
    retry() {
        this.#socket.post({ kind: 'retry' });
    }

    /**
     * Sends a request and waits for its result. A change that outlives its time is asked for by its call until it has ended.
     * @param {string} service `bridge`, `fleet` or `log`
     * @param {string} method
     * @param {object} params
     * @param {{ ttl?: number, progress?: (progress: object) => void, signal?: AbortSignal }} options
     */
    async request(service, method, params = {}, options = {}) {
        try {
            return await this.#send(this.#serviceOf(service), method, params, options);
        } catch (error) {
            // a change goes on without its caller: what became of it is asked for
            if (!error.call || (error.code !== 'still_running' && error.code !== 'disconnected')) {
                throw error;
            }

            return await this.#outcome(error.call, options);
        }
    }

    /**
     * Listens to a topic.
     * @param {string} topic
     * @param {number} last how much of its history comes first
     * @param {{ events: (records: {offset: number, event: object}[], skipped: number, epoch: string) => void, mark?: (mark: object) => void }} listener
     * @returns {() => void} ends it
     */
    subscribe(topic, last, listener) {
        const name = this.#topicOf(topic);
        const own = name === topic ? listener : ofMachine(this.#machine, listener);
        this.#topics.set(name, own);
        this.#socket.post({ kind: 'subscribe', topic: name, last });
        return () => {
            if (this.#topics.get(name) === own) {
                this.#topics.delete(name);
                this.#socket.post({ kind: 'unsubscribe', topic: name });
            }
        };
    }

    #serviceOf(service) {
        return this.#machine !== null && OF_MACHINES[service] !== undefined ? `${OF_MACHINES[service]}.${this.#machine}` : service;
    }

    #topicOf(topic) {
        return this.#machine !== null && TOPICS_OF_MACHINES.includes(topic) ? `fleetbridge.${topic}` : topic;
    }

    #send(service, method, params, { ttl = LONGEST_CALL_MS, progress, signal }) {
        const id = `p${this.#next++}`;
        return new Promise((resolve, reject) => {
            this.#calls.set(id, { resolve, reject, progress });
            this.#socket.post({ kind: 'request', id, service, method, params, ttl });
            signal?.addEventListener('abort', () => this.#socket.post({ kind: 'cancel', id }), { once: true });
        });
    }

    async #outcome(call, options) {
        for (;;) {
            try {
                const result = await this.#send('bridge', 'outcome', { call }, options);
                if (result?.running !== true) {
                    return result;
                }
            } catch (error) {
                if (error.code !== 'still_running' && !error.retryable) {
                    throw error;
                }
            }

            await new Promise((resolve) => setTimeout(resolve, OUTCOME_PAUSE_MS));
        }
    }

    #receive(data) {
        switch (data.kind) {
            case 'state':
                this.#changed(data);
                break;
            case 'unknown':
                this.dispatchEvent(new Event('unknown'));
                break;
            case 'response':
                this.#respond(data.payload);
                break;
            case 'progress':
                this.#progress(data.payload);
                break;
            case 'events':
                this.#topics.get(data.topic)?.events(data.records, data.skipped, data.epoch);
                break;
            case 'topic':
                this.#topics.get(data.topic)?.mark?.(data);
                break;
        }
    }

    #progress({ id, call, progress }) {
        const waiting = this.#calls.get(id);
        if (waiting !== undefined) {
            waiting.call = call;
            waiting.progress?.(progress ?? {});
        }
    }

    #changed({ kind, state, ...detail }) {
        if (state === 'online') {
            this.since = null;
        } else if (this.since === null && state !== 'connecting') {
            this.since = Date.now();
        }

        this.state = state;
        this.detail = detail;
        this.dispatchEvent(new Event('state'));
    }

    #respond({ id, call, result, error }) {
        const waiting = this.#calls.get(id);
        this.#calls.delete(id);
        if (waiting === undefined) {
            return;
        }

        if (error) {
            waiting.reject(new CallError(error, call ?? waiting.call));
        } else {
            waiting.resolve(result);
        }
    }
}

/** A topic of the mesh has the events of all machines, several at once where they are records of a log: those of one, as its own topic has them. */
function ofMachine(machine, listener) {
    return {
        ...listener,
        events(records, skipped, epoch) {
            const own = records.filter(({ event }) => event.machine === machine).flatMap(({ offset, event }) =>
                (Array.isArray(event.event) ? event.event : [event.event]).map((each) => ({ offset, event: each })));
            if (own.length > 0) {
                listener.events(own, skipped, epoch);
            }
        },
    };
}
