using System.Net;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Runtime;
using Amazon.GameLift;
using Amazon.Runtime;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>A generated client whose requests are kept, and answered with one response, without a network.</summary>
internal sealed class RecordedClient : IDisposable
{
    private const string Address = "http://localhost";

    private readonly Recorder _recorder = new();
    private readonly AmazonServiceClient _client;

    /// <summary>Makes the client.</summary>
    /// <param name="surface">Its service.</param>
    public RecordedClient(ServiceSurface surface)
    {
        var config = (ServiceConfig)Activator.CreateInstance(TypeOf(surface, "Config"))!;
        config.ServiceURL = Address;
        config.AuthenticationRegion = "us-west-2";
        config.MaxErrorRetry = 0;
        config.HttpClientFactory = new Factory(_recorder);
        _client = (AmazonServiceClient)Activator.CreateInstance(
            TypeOf(surface, "Client"), new BasicAWSCredentials("AKIANOBODYSKEY", "nobody"), config)!;
    }

    /// <summary>The last request.</summary>
    public HttpRequestMessage Request => _recorder.Request ?? throw new InvalidOperationException("No request was sent.");

    /// <summary>The last request's body.</summary>
    public byte[] Body => _recorder.Body;

    /// <summary>The type of a service's client or of its configuration.</summary>
    public static Type TypeOf(ServiceSurface surface, string suffix)
    {
        var name = $"{surface.Selection.Namespace}.{surface.Selection.Client}{suffix}";
        return typeof(AmazonGameLiftClient).Assembly.GetType(name) ?? throw new InvalidOperationException($"{name} is not compiled.");
    }

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="request">Its request.</param>
    /// <param name="response">What comes back.</param>
    public async Task<AmazonWebServiceResponse> CallAsync(string operation, object request, HttpResponseMessage response)
    {
        _recorder.Response = response;
        var method = _client.GetType().GetMethod($"{operation}Async", BindingFlags.Public | BindingFlags.Instance, [request.GetType(), typeof(CancellationToken)]);
        Assert.True(method is not null, $"{_client.GetType().Name} has no {operation}Async.");
        var task = (Task)method.Invoke(_client, [request, CancellationToken.None])!;
        try
        {
            await task;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
        }

        return (AmazonWebServiceResponse)task.GetType().GetProperty("Result")!.GetValue(task)!;
    }

    public void Dispose() => _client.Dispose();

    private sealed class Factory(Recorder recorder) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(recorder, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    private sealed class Recorder : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        public byte[] Body { get; private set; } = [];

        public HttpResponseMessage Response { get; set; } = new(HttpStatusCode.OK);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = request;
            Body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            return Response;
        }
    }
}
