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

    // what has come before somebody listens is handed over then
    globalThis.earlyConnection = {
        post: (message) => worker.postMessage(message),
        listen(take) {
            worker.onmessage = ({ data }) => take(data);
            held.splice(0).forEach(take);
        },
    };
})();
