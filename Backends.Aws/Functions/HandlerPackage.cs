using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace FleetBridge.Backends.Aws.Functions;

/// <summary>A handler as a Lambda deployment package, with the settings of its function and role.</summary>
internal sealed class HandlerPackage
{
    /// <summary>The login's environment variable: the id of the user pool's app client.</summary>
    public const string UserPoolClientId = "USER_POOL_CLIENT_ID";

    /// <summary>The start session's environment variable: the fleet's id.</summary>
    public const string FleetId = "FLEET_ID";

    private const string EntryPoint = "lambda_handler";
    private const string StartSessionModule = "start_session";

    /// <summary>What the session API's handlers import: start session's client and waits, and what the three have in common.</summary>
    private static readonly string[] SessionModules = ["session_api", StartSessionModule];

    private static readonly string[] SessionActions =
    [
        "gamelift:CreateGameSession",
        "gamelift:CreatePlayerSession",
        "gamelift:DescribeGameSessions",
        "gamelift:DescribePlayerSessions",
        "gamelift:SearchGameSessions",
        "gamelift:TerminateGameSession",
        "gamelift:UpdateGameSession",
    ];

    // Lambda reads the code as a user other than its owner: "correct permission for the files … is 644"
    // (https://repost.aws/knowledge-center/lambda-deployment-package-errors); 0100000 is a regular file
    private const int ReadableFile = 0b1_000_000_110_100_100;

    // PKWARE's APPNOTE: 4.4.2.2 (3 is Unix), 4.3.12 (made by, at 4), 4.3.16 (the directory's place, 6 before the end)
    private const byte MadeByUnix = 3;
    private const int MadeByPlatform = 5;
    private const int DirectoryPlace = 6;

    // 4.3.12: a directory header's size without its texts, and where it has their lengths
    private const int DirectoryHeader = 46;
    private const int NameLength = 28;
    private const int ExtraLength = 30;
    private const int CommentLength = 32;

    // the earliest time that a zip can store: the same code must give the same bytes
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private HandlerPackage(string module, string variable, TimeSpan timeout, params string[] actions)
        : this(module, [], variable, timeout, actions)
    {
    }

    private HandlerPackage(string module, string[] imported, string variable, TimeSpan timeout, params string[] actions)
    {
        EnvironmentVariable = variable;
        Timeout = timeout;
        Handler = $"{module}.{EntryPoint}";
        PolicyActions = actions;
        Zip = Pack([.. imported.Prepend(module).Select(name => $"{name}.py")]);
        CodeSha256 = Convert.ToBase64String(SHA256.HashData(Zip.Span));
    }

    /// <summary>Login: exchanges a user name and a password for tokens.</summary>
    public static HandlerPackage Login { get; } =
        new("login", UserPoolClientId, TimeSpan.FromSeconds(10), "cognito-idp:InitiateAuth");

    /// <summary>Start session: a place in a game session. The REST API times out after 29 s, so a timeout above 30 s would be useless.</summary>
    public static HandlerPackage StartSession { get; } = new(
        StartSessionModule,
        FleetId,
        TimeSpan.FromSeconds(30),
        "gamelift:CreateGameSession",
        "gamelift:CreatePlayerSession",
        "gamelift:CreatePlayerSessions",
        "gamelift:DescribeGameSessionDetails",
        "gamelift:DescribeGameSessions",
        "gamelift:ListFleets",
        "gamelift:ListGameServerGroups",
        "gamelift:SearchGameSessions");

    /// <summary>Create session: a new game session with a place in it. It waits as start session does.</summary>
    public static HandlerPackage CreateSession { get; } = Session("create_session");

    /// <summary>Find session: the sessions that a player can join.</summary>
    public static HandlerPackage FindSession { get; } = Session("find_session");

    /// <summary>Join session: a place in a session.</summary>
    public static HandlerPackage JoinSession { get; } = Session("join_session");

    /// <summary>The function's runtime.</summary>
    public static string Runtime => "python3.13";

    /// <summary>The function's code: <c>CreateFunction</c>'s <c>Code.ZipFile</c>. The same bytes in every process and on every system.</summary>
    public ReadOnlyMemory<byte> Zip { get; }

    /// <summary>The zip's SHA-256 in Base64, as <c>GetFunction</c> returns it for deployed code: equal means that there is nothing to update.</summary>
    public string CodeSha256 { get; }

    /// <summary>The function's handler setting: the module and its function.</summary>
    public string Handler { get; }

    /// <summary>The environment variable that the handler reads; without it, the handler returns a failure.</summary>
    public string EnvironmentVariable { get; }

    /// <summary>The function's timeout, in whole seconds.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>What the function's role may do.</summary>
    public IReadOnlyList<string> PolicyActions { get; }

    /// <summary>What every function's role may do besides: write its log ("Lambda execution role", AWSLambdaBasicExecutionRole).</summary>
    public static IReadOnlyList<string> LogActions { get; } = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

    /// <summary>
    /// The role's inline policy, as JSON. The resource of what the handler does is <c>*</c>: GameLift's game session actions have no
    /// resource types, and Cognito does not check <c>InitiateAuth</c> against IAM at all (Service Authorization Reference). The log is
    /// the function's own, in any region: roles belong to all regions.
    /// </summary>
    /// <param name="partition">The partition, such as <c>aws</c>.</param>
    /// <param name="functionNames">The functions that use the role; each log group has its function's name.</param>
    public string PolicyDocument(string partition, params IEnumerable<string> functionNames) => new JsonObject
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(
            Allow(PolicyActions, "*"),
            Allow(LogActions, [.. functionNames.Select(name => $"arn:{partition}:logs:*:*:log-group:/aws/lambda/{name}:*")])),
    }.ToJsonString();

    private static HandlerPackage Session(string module) =>
        new(module, SessionModules, FleetId, TimeSpan.FromSeconds(30), SessionActions);

    private static JsonObject Allow(IEnumerable<string> actions, params string[] resources) => new()
    {
        ["Effect"] = "Allow",
        ["Action"] = new JsonArray([.. actions.Select(action => JsonValue.Create(action))]),
        ["Resource"] = resources is [var single] ? single : new JsonArray([.. resources.Select(resource => JsonValue.Create(resource))]),
    };

    private static byte[] Pack(IReadOnlyList<string> files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in files)
            {
                // stored: compressed bytes differ between processors and versions
                var entry = zip.CreateEntry(file, CompressionLevel.NoCompression);
                entry.LastWriteTime = Timestamp;
                entry.ExternalAttributes = ReadableFile << 16;
                using var content = entry.Open();
                using var source = typeof(HandlerPackage).Assembly.GetManifestResourceStream(file)
                    ?? throw new InvalidOperationException($"The handler {file} is not embedded in this build of the backend.");
                source.CopyTo(content);
            }
        }

        // .NET records the system it runs on, and Unix permissions count only if that is Unix
        var bytes = packed.ToArray();
        var place = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - DirectoryPlace));
        for (var entry = 0; entry < files.Count; entry++)
        {
            bytes[place + MadeByPlatform] = MadeByUnix;
            place += DirectoryHeader + Length(NameLength) + Length(ExtraLength) + Length(CommentLength);
        }

        return bytes;

        int Length(int field) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(place + field));
    }
}
