// The first script of the page: the connection begins while the modules are still on their way. A classic script, since modules run last.
(() => {
    // the one policy of Trusted Types: the address of our own worker. Everything else on the page is text.
    const policy = globalThis.trustedTypes?.createPolicy('fleetbridge', {
        createScriptURL(address) {
            if (new URL(address).origin !== location.origin) {
                throw new TypeError(`${address} is not ours.`);
            }

            return address;
        },
    });
    const { href } = new URL('./connection.worker.js', document.currentScript.src);
    const worker = new Worker(policy === undefined ? href : policy.createScriptURL(href), { type: 'module' });
    const held = [];
    worker.onmessage = ({ data }) => held.push(data);
    worker.postMessage({ kind: 'open', address: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/gateway` });

    // The log begins now as well, unless another machine's is shown: what is there at once is more than a window shows.
    const logLines = 200;
    if (machineIsOwn()) {
        worker.postMessage({ kind: 'subscribe', topic: 'log', last: logLines, isEarly: true });
    }

    // what has come before somebody listens is handed over then
    globalThis.earlyConnection = {
        logLines,
        post: (message) => worker.postMessage(message),
        listen(take) {
            worker.onmessage = ({ data }) => take(data);
            held.splice(0).forEach(take);
        },
    };

    function machineIsOwn() {
        try {
            return (localStorage.getItem('machine') ?? 'null') === 'null';
        } catch {
            // storage is switched off: no other machine can have been chosen
            return true;
        }
    }
})();
