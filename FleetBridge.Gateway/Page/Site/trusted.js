// The one policy of Trusted Types: the address of our own worker. Everything else on the page is text.

const policy = globalThis.trustedTypes?.createPolicy('fleetbridge', {
    createScriptURL(address) {
        if (new URL(address).origin !== location.origin) {
            throw new TypeError(`${address} is not ours.`);
        }

        return address;
    },
});

/** The address of a worker of this site, as `new Worker` takes it. */
export function workerAddress(url) {
    return policy === undefined ? url : policy.createScriptURL(url.href);
}
