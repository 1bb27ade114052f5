// The page's socket. It lives in a worker, because 10,000 messages a second on the page's own thread cost frames of 100 ms;
// what comes is handed over in batches. It connects again by itself, and each subscription goes on after the last event it has seen.

const BATCH_MS = 40;
const FIRST_MS = 5;
const PING_MS = 20_000;
const SILENCE_MS = 45_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const STAY_AWAY = 4500;

// what another life of the bridge has said is wanted whole, as far as the page keeps it
const MOST_AGAIN = 50_000;

// without a hello after this time the gateway does not know who this is
const HELLO_MS = 1_500;

// A batch holds at most so many events: what is older would have left the page's ring before anybody saw it.
const MOST_IN_BATCH = 5_000;

let address;
let socket = null;
let pause = FIRST_PAUSE_MS;
let heard = 0;
let timer = 0;
let nextId = 1;

/** Running requests by id: those that the socket's end leaves without a response are told so. */
const running = new Map();

/** topic -> { epoch, offset, last, requestId, isEarly: nobody listens yet } */
const topics = new Map();

/** topic -> { records, skipped } since the last batch. */
let batches = new Map();
let batchTimer = 0;
let flushed = 0;

self.onmessage = ({ data }) => {
    switch (data.kind) {
        case 'open':
            address = data.address;
            connect();
            break;
        case 'request':
            request(data);
            break;
        case 'cancel':
            send('cancel', { id: data.id });
            break;
        case 'subscribe':
            if (topics.get(data.topic)?.isEarly === true) {
                // its listener has come: what it asks for is on its way, or here already
                topics.get(data.topic).isEarly = false;
                break;
            }

            topics.set(data.topic, { epoch: null, offset: 0, last: data.last, requestId: null, isEarly: data.isEarly === true });
            if (isOpen()) {
                subscribe(data.topic);
            }
            break;
        case 'unsubscribe':
            topics.delete(data.topic);
            send('unsubscribe', { topic: data.topic });
            break;
        case 'retry':
            connectNow();
            break;
        case 'drop':
            socket?.close();
            break;
    }
};

setInterval(() => {
    if (!isOpen()) {
        return;
    }

    if (performance.now() - heard > SILENCE_MS) {
        socket.close();
    } else {
        send('ping', {});
    }
}, PING_MS);

function isOpen() {
    return socket !== null && socket.readyState === WebSocket.OPEN;
}

function send(type, payload) {
    if (isOpen()) {
        socket.send(JSON.stringify({ type, payload }));
    }
}

function connectNow() {
    if (socket === null) {
        clearTimeout(timer);
        connect();
    }
}

function connect() {
    self.postMessage({ kind: 'state', state: 'connecting' });
    const opened = new WebSocket(address);
    socket = opened;
    let greeting = 0;
    opened.onopen = () => {
        heard = performance.now();
        greeting = setTimeout(() => self.postMessage({ kind: 'unknown' }), HELLO_MS);
    };
    opened.onmessage = ({ data }) => {
        if (socket === opened) {
            heard = performance.now();
            clearTimeout(greeting);
            receive(data);
        }
    };
    opened.onclose = ({ code, reason }) => {
        clearTimeout(greeting);
        if (socket === opened) {
            closed(code, reason);
        }
    };
}

function closed(code, reason) {
    socket = null;
    flush();
    for (const id of running.keys()) {
        self.postMessage({
            kind: 'response',
            payload: {
                id,
                result: null,
                error: { error: 'disconnected', description: 'The connection to the bridge ended before the response.', retryable: true },
            },
        });
    }

    running.clear();
    if (code >= STAY_AWAY && code < 5000) {
        self.postMessage({ kind: 'state', state: 'refused', code, reason });
        return;
    }

    // with jitter, so that pages do not come back together
    const wait = Math.round(pause * (0.7 + Math.random() * 0.6));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    self.postMessage({ kind: 'state', state: 'offline', code, reason, nextTry: Date.now() + wait });
    timer = setTimeout(connect, wait);
}

function request(data) {
    if (!isOpen()) {
        self.postMessage({
            kind: 'response',
            payload: {
                id: data.id,
                result: null,
                error: { error: 'offline', description: 'There is no connection to the bridge.', retryable: true },
            },
        });
        return;
    }

    running.set(data.id, true);
    send('request', {
        id: data.id, service: data.service, method: data.method, params: data.params, trace_id: data.id, ttl: data.ttl,
    });
}

function subscribe(name) {
    const topic = topics.get(name);
    const id = `s${nextId++}`;
    topic.requestId = id;
    const since = topic.epoch === null ? null : { epoch: topic.epoch, offset: topic.offset };
    send('subscribe', { id, topic: name, since, ...(since === null ? { last: topic.last } : {}) });
}

function receive(text) {
    const message = JSON.parse(text);
    const payload = message.payload ?? {};
    switch (message.type) {
        case 'event':
            event(payload);
            break;
        case 'response':
            response(payload);
            break;
        case 'progress':
            self.postMessage({ kind: 'progress', payload });
            break;
        default:
            break;
    }
}

function event({ topic, epoch, offset, event: body }) {
    if (topic === 'hello') {
        pause = FIRST_PAUSE_MS;
        self.postMessage({ kind: 'state', state: 'online', hello: body });
        for (const name of topics.keys()) {
            subscribe(name);
        }

        return;
    }

    // before the first position is known, what comes is of an older subscription: the replay brings it again
    const subscription = topics.get(topic);
    if (subscription === undefined || subscription.epoch === null) {
        return;
    }

    // the gateway never repeats what was seen; if it does, the page does not show it twice
    if (subscription.epoch === epoch && offset <= subscription.offset) {
        return;
    }

    subscription.epoch = epoch;
    subscription.offset = offset;
    let batch = batches.get(topic);
    if (batch === undefined) {
        batch = { epoch, records: [], skipped: 0 };
        batches.set(topic, batch);
    }

    batch.records.push({ offset, event: body });
    if (batch.records.length >= 2 * MOST_IN_BATCH) {
        batch.skipped += batch.records.length - MOST_IN_BATCH;
        batch.records = batch.records.slice(-MOST_IN_BATCH);
    }

    schedule();
}

function response(payload) {
    for (const [name, topic] of topics) {
        if (topic.requestId !== null && topic.requestId === payload.id) {
            subscribed(name, topic, payload);
            return;
        }
    }

    if (running.delete(payload.id)) {
        // what has happened before it comes before it
        flush();
        self.postMessage({ kind: 'response', payload });
    }
}

function subscribed(name, topic, { result, error }) {
    topic.requestId = null;

    // what was collected before belongs before the mark
    flush();
    if (error) {
        self.postMessage({ kind: 'topic', topic: name, error });
        return;
    }

    const again = topic.epoch !== null;
    const restarted = again && topic.epoch !== result.epoch;
    if (again && (restarted || result.recovered === false)) {
        // what was missed is gone, or from another life of the bridge: ask for what it still has
        self.postMessage({ kind: 'topic', topic: name, again, restarted, recovered: false });
        topic.epoch = null;
        topic.offset = 0;
        topic.last = Math.max(topic.last, topic.last > 0 ? MOST_AGAIN : 0);
        send('unsubscribe', { topic: name });
        subscribe(name);
        return;
    }

    if (!again) {
        topic.epoch = result.epoch;
        topic.offset = topic.last > 0 ? 0 : result.offset;
    }

    self.postMessage({ kind: 'topic', topic: name, epoch: result.epoch, offset: result.offset, again, restarted: false, recovered: true, snapshot: result.snapshot });
}

function schedule() {
    if (batchTimer === 0) {
        // what comes after a pause does not wait
        batchTimer = setTimeout(flush, Math.max(FIRST_MS, BATCH_MS - (performance.now() - flushed)));
    }
}

function flush() {
    clearTimeout(batchTimer);
    batchTimer = 0;
    if (batches.size === 0) {
        return;
    }

    flushed = performance.now();

    for (const [topic, batch] of batches) {
        self.postMessage({ kind: 'events', topic, ...batch });
    }

    batches = new Map();
}
