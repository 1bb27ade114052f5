// Calls the GameLift API with AWS's own client, in JSON or in CBOR.
// usage: call.cjs ENDPOINT json|cbor, with lines {"operation": …, "input": {…}} on the standard input; a line of JSON for each answer.
// Texts such as "$0.GameSession.GameSessionId" in an input stand for what the first answer had there.
const gamelift = require('@aws-sdk/client-gamelift');
const { SmithyRpcV2CborProtocol } = require('@smithy/core/cbor');

const [endpoint, wire] = process.argv.slice(2);
const client = new gamelift.GameLiftClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    ...(wire === 'cbor' ? {
        protocol: new SmithyRpcV2CborProtocol({
            defaultNamespace: 'com.amazonaws.gamelift',
            errorTypeRegistries: gamelift.errorTypeRegistries ?? [],
        }),
    } : {}),
});

const answers = [];

function resolved(value) {
    if (typeof value === 'string' && value.startsWith('$')) {
        const [index, ...path] = value.slice(1).split('.');
        return path.reduce((found, name) => found[name], answers[index]);
    }
    if (Array.isArray(value)) {
        return value.map(resolved);
    }
    return value && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member)]))
        : value;
}

async function main() {
    const text = require('node:fs').readFileSync(0, 'utf8');
    for (const line of text.split('\n').filter((one) => one.trim())) {
        const { operation, input } = JSON.parse(line);
        try {
            const output = await client.send(new gamelift[`${operation}Command`](resolved(input)));
            answers.push(output);
            const { $metadata: metadata, ...members } = output;
            console.log(JSON.stringify({ output: members, requestId: metadata.requestId, status: metadata.httpStatusCode }));
        } catch (error) {
            answers.push(null);
            console.log(JSON.stringify({
                error: error.name,
                message: error.message,
                isKnown: error instanceof gamelift.GameLiftServiceException,
                status: error.$metadata?.httpStatusCode,
            }));
        }
    }
}

main();
