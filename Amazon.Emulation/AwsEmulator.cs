using System.Collections.Concurrent;
using System.Net;
using Amazon.Emulation.ApiGateway;
using Amazon.Emulation.Cognito;
using Amazon.Emulation.Faults;
using Amazon.Emulation.GameLift;
using Amazon.Emulation.Iam;
using Amazon.Emulation.Lambda;
using Amazon.Emulation.Models;
using Amazon.Emulation.S3;
using Amazon.Emulation.Services;
using Amazon.Emulation.Signatures;
using Amazon.Emulation.Sts;
using Amazon.Emulation.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Amazon.Emulation;

/// <summary>
/// AWS on a free port of this machine: one address, every service of the deployment behind it. The class is not named like
/// its namespace, because then no other room could name it without writing both.
/// </summary>
internal sealed class AwsEmulator : IAsyncDisposable
{
    /// <summary>The account that everything belongs to.</summary>
    public const string Account = "123456789012";

    /// <summary>The region that is meant when none is named.</summary>
    public const string DefaultRegion = "us-west-2";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, EmulatedRegion> _regions = new();

    private AwsEmulator(TimeProvider clock)
    {
        Clock = clock;
        Credentials = Keys.Permanent($"arn:aws:iam::{Account}:user/developer");
        Signatures = new SignatureCheck(this);
        Runner = new CallRunner(this);
        Paging = new Paging(Rules);
        Builds = new GameLiftBuilds(this);
        Fleets = new GameLiftFleets(this, Builds);
        UserPools = new CognitoPools(this);
        RestApis = new RestApis(this);
        Seed = new EmulatorSeed(this);

        var s3 = new S3Service(this);
        S3 = s3.S3;

        // asked in this order; S3 has no mark of its own and stands last
        Services =
        [
            GameLiftService.Create(this),
            CognitoService.Create(this),
            LambdaService.Create(this),
            ApiGatewayService.Create(this),
            IamService.Create(this),
            StsService.Create(this),
            s3,
        ];

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        _app = builder.Build();
        _app.Run(RouteAsync);
    }

    /// <summary>The services, in the order in which they are asked whether a request is theirs.</summary>
    public IReadOnlyList<IAwsService> Services { get; }

    /// <summary>What the services call now.</summary>
    public TimeProvider Clock { get; set; }

    /// <summary>Where all services are: <c>http://127.0.0.1:{port}</c>.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The key of the developer whom everything is allowed.</summary>
    public AwsKey Credentials { get; }

    /// <summary>Every access key.</summary>
    public AwsKeys Keys { get; } = new();

    /// <summary>Quotas, speeds and page sizes.</summary>
    public AwsRules Rules { get; } = new();

    /// <summary>What shall go wrong.</summary>
    public FaultList Faults { get; } = new();

    /// <summary>What was called.</summary>
    public CallLog Calls { get; } = new();

    /// <summary>How long it was at work: what a client waits beyond that is the client's own time.</summary>
    public BusyTime Busy { get; } = new();

    /// <summary>Method and path of every request of any kind: what a metadata service would be asked, for one.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Called before each call's effect, after its signature and its input were found good.</summary>
    public Func<AwsCall, Task>? BeforeEffect { get; set; }

    /// <summary>Called after each call's effect, before it is answered.</summary>
    public Func<AwsCall, Task>? AfterEffect { get; set; }

    /// <summary>The emulator's own failures; a test that ends with one has shown nothing.</summary>
    public ConcurrentQueue<Exception> Bugs { get; } = new();

    /// <summary>Puts things there that were not made by calls.</summary>
    public EmulatorSeed Seed { get; }

    /// <summary>Held while a call changes something.</summary>
    public Lock State { get; } = new();

    /// <summary>IAM's roles, of all regions.</summary>
    public List<IamRole> Roles { get; } = [];

    /// <summary>What every call goes through.</summary>
    public CallRunner Runner { get; }

    /// <summary>Signatures as all services but S3 check them.</summary>
    public SignatureCheck Signatures { get; }

    /// <summary>How listings are cut.</summary>
    public Paging Paging { get; }

    /// <summary>S3's buckets.</summary>
    public S3Emulator S3 { get; }

    /// <summary>GameLift's builds.</summary>
    public GameLiftBuilds Builds { get; }

    /// <summary>GameLift's fleets.</summary>
    public GameLiftFleets Fleets { get; }

    /// <summary>Cognito's pools.</summary>
    public CognitoPools UserPools { get; }

    /// <summary>API Gateway's APIs.</summary>
    public RestApis RestApis { get; }

    /// <summary>The environment in which a process, ours or a real <c>aws</c>, talks to this instead of AWS.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = Address,
        ["AWS_ACCESS_KEY_ID"] = Credentials.Id,
        ["AWS_SECRET_ACCESS_KEY"] = Credentials.Secret,
        ["AWS_REGION"] = DefaultRegion,
        ["AWS_DEFAULT_REGION"] = DefaultRegion,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    /// <summary>Starts one.</summary>
    public static async Task<AwsEmulator> StartAsync(TimeProvider? clock = null)
    {
        var aws = new AwsEmulator(clock ?? TimeProvider.System);
        await aws._app.StartAsync();
        aws.Address = aws._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return aws;
    }

    /// <summary>A new request id, as every answer carries one.</summary>
    public static string NextRequestId() => Guid.NewGuid().ToString();

    /// <summary>What a region holds.</summary>
    public EmulatedRegion Region(string name = DefaultRegion) => _regions.GetOrAdd(name, static name => new EmulatedRegion(name));

    /// <summary>Tells GameLift that an object is complete in S3: the build that waits for it begins to become READY.</summary>
    public Task OnObjectCompleted(string bucket, string key, long size)
    {
        lock (State)
        {
            var waiting = _regions.Values
                .SelectMany(region => region.Builds)
                .FirstOrDefault(build => build is { Status: "INITIALIZED", LooksLeft: null } && build.Location == (bucket, key));
            if (waiting is not null)
            {
                (waiting.SizeOnDisk, waiting.LooksLeft) = (size, Rules.LooksUntilBuildReady);
            }
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        // a client that still waits (for a delayed answer, say) is not waited for
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task RouteAsync(HttpContext context)
    {
        Busy.Enter();
        context.Response.OnCompleted(Busy.LeaveAsync);
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (context.Request.HasFormContentType)
        {
            // the query protocol names its operation in the body, and its signature covers the body's bytes
            context.Request.EnableBuffering();
            await context.Request.ReadFormAsync(context.RequestAborted);
            context.Request.Body.Position = 0;
        }

        // clients set their clocks by this header when a signature was too old
        context.Response.Headers.Date = Clock.GetUtcNow().ToString("R");
        await Services.First(service => service.Claims(context.Request)).HandleAsync(context);
    }
}
