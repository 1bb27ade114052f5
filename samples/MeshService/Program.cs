using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

// A service of a studio's own on the mesh: the stock of a shop. MESH_URL names the broker, as in amqp://test:test@127.0.0.1:5672/mesh
//
//     fleetbridge mesh call stock nuropb_describe --mesh amqp://test@127.0.0.1/mesh
//     fleetbridge mesh call stock take item=sword count=2 --mesh amqp://test@127.0.0.1/mesh
//     fleetbridge mesh listen stock.taken --mesh amqp://test@127.0.0.1/mesh
//
// docs/mesh.md has the wire as a table.
const string Service = "stock";
const string Rpc = "nuropb-rpc-exchange";
const string Events = "nuropb-events-exchange";
const string Dead = "nuropb-dl-exchange";
const string Queue = $"nuropb-{Service}-sq";

var url = Environment.GetEnvironmentVariable("MESH_URL") ?? "amqp://test:test@127.0.0.1:5672/mesh";
var stock = new Dictionary<string, int> { ["sword"] = 10, ["shield"] = 5 };
var ended = new TaskCompletionSource();
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);

await using var connection = await new ConnectionFactory { Uri = new Uri(url), ClientProvidedName = Service }.CreateConnectionAsync();
await using var channel = await connection.CreateChannelAsync();

// whoever comes first declares everything, always alike: the broker refuses what differs
await channel.ExchangeDeclareAsync(Rpc, ExchangeType.Direct, durable: true);
await channel.ExchangeDeclareAsync(Events, ExchangeType.Topic, durable: true);
await channel.ExchangeDeclareAsync(Dead, ExchangeType.Fanout, durable: true);
await channel.QueueDeclareAsync(
    Queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-dead-letter-exchange"] = Dead });
await channel.QueueBindAsync(Queue, Rpc, Service);
await channel.BasicQosAsync(0, prefetchCount: 16, global: false);
var consumer = new AsyncEventingBasicConsumer(channel);
consumer.ReceivedAsync += (_, delivery) => TakeAsync(delivery);
await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
Console.WriteLine("ready");
await ended.Task;

async Task TakeAsync(BasicDeliverEventArgs delivery)
{
    // a message that cannot be read is acknowledged too: rejected, it would go into every nuropb service's dead-letter queue
    if (Read(delivery.Body) is { } request)
    {
        JsonNode? result = null;
        JsonObject? error = null;
        try
        {
            result = await CallAsync(request["method"]!.GetValue<string>(), request["params"]!.AsObject());
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException)
        {
            error = new JsonObject { ["error"] = exception.GetType().Name, ["description"] = exception.Message };
        }

        // a command is never answered
        if ((string?)request["tag"] == "request" && delivery.BasicProperties.ReplyTo is { Length: > 0 } replyTo)
        {
            await SendAsync("", replyTo, "response", delivery.BasicProperties.CorrelationId!, request["trace_id"], new JsonObject
            {
                ["result"] = result,
                ["error"] = error,
                ["warning"] = null,
                ["reply_to"] = "",
            });
        }
    }

    await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
}

async Task<JsonNode?> CallAsync(string method, JsonObject parameters)
{
    switch (method)
    {
        case "nuropb_describe":
            return Describe();
        case "count":
            return stock.GetValueOrDefault(Item(parameters));
        case "take":
            var (item, count) = (Item(parameters), (int?)parameters["count"] ?? 1);
            if (count < 1 || stock.GetValueOrDefault(item) < count)
            {
                throw new ArgumentException($"There are {stock.GetValueOrDefault(item)} of '{item}'.");
            }

            stock[item] -= count;
            await SendAsync(Events, $"{Service}.taken", "event", Guid.NewGuid().ToString("N"), null, new JsonObject
            {
                ["topic"] = $"{Service}.taken",
                ["event"] = new JsonObject { ["item"] = item, ["left"] = stock[item] },
                ["target"] = null,
            });
            return stock[item];
        default:
            throw new ArgumentException($"Unknown method {method}. {Service} has count and take.");
    }
}

// every message has the same four members and the same five headers: receivers read them without a default
async Task SendAsync(string exchange, string key, string kind, string id, JsonNode? trace, JsonObject body)
{
    body["tag"] = kind;
    body["correlation_id"] = id;
    body["trace_id"] = trace?.DeepClone();
    body["context"] = new JsonObject();
    var properties = new BasicProperties
    {
        ContentType = "application/json",
        CorrelationId = id,
        ReplyTo = "",
        Headers = new Dictionary<string, object?>
        {
            ["nuropb_protocol"] = "0.1.1",
            ["nuropb_version"] = "0.1.8",
            ["nuropb_type"] = kind,
            ["trace_id"] = (string?)trace,
            ["encrypted"] = "",
        },
    };
    await channel.BasicPublishAsync(exchange, key, mandatory: false, properties, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()));
}

static JsonObject? Read(ReadOnlyMemory<byte> body)
{
    try
    {
        return JsonNode.Parse(body.Span) is JsonObject request && request["method"] is JsonValue && request["params"] is JsonObject ? request : null;
    }
    catch (JsonException)
    {
        return null;
    }
}

static string Item(JsonObject parameters) =>
    (string?)parameters["item"] ?? throw new ArgumentException("The parameter 'item' is missing.");

static JsonObject Describe() => new()
{
    ["service_name"] = Service,
    ["service_version"] = "1.0",
    ["description"] = "The stock of the shop.",
    ["warnings"] = new JsonArray(),
    ["encrypted_methods"] = new JsonArray(),
    ["public_key"] = null,
    ["methods"] = new JsonObject
    {
        ["count"] = Method("How many of an item there are.", ("item", "str", null)),
        ["take"] = Method("Takes some of an item, and says how many are left.", ("item", "str", null), ("count", "int", 1)),
    },
};

static JsonObject Method(string description, params (string Name, string Type, int? Default)[] parameters) => new()
{
    ["description"] = description,
    ["requires_encryption"] = false,
    ["parameters"] = new JsonObject
    {
        ["type"] = "object",
        ["required"] = new JsonArray([.. parameters.Where(one => one.Default is null).Select(one => (JsonNode)one.Name)]),
        ["properties"] = new JsonArray([.. parameters.Select(one => (JsonNode)new JsonArray(
            one.Name, new JsonObject { ["type"] = one.Type, ["description"] = "", ["default"] = one.Default }))]),
    },
};

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ended.TrySetResult();
}
